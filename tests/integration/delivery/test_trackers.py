"""GitLab's and Jira's official clients against local servers with their rules."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.adapters.notify.gitlab import GitlabIssues, gitlab_client
from coagent.adapters.notify.jira import JiraIssues, jira_client
from coagent.adapters.notify.tracker import TrackerNotifier
from coagent.deliver.notices import message
from coagent.domain.errors import Fatal, Transient
from tests.notices import AT, accepted, group, opened, recovered, reopened, updated
from tests.servers.gitlab import GitlabServer
from tests.servers.jira import JiraServer
from tests.servers.local import json, running


class World:
    """A tracker, its issues as (open, comments), and the channel to it."""

    def __init__(self, kind: str, url: str, server: GitlabServer | JiraServer) -> None:
        self.kind, self.server, self.tries = kind, server, {}
        self.tickets, self.clock = MemoryTickets(), FixedClock(AT)
        if kind == "gitlab":
            issues, place = GitlabIssues(gitlab_client("glpat-test", url, 1.0)), "acme/ops"
        else:
            issues, place = JiraIssues(jira_client(url, "ann@acme.example", "tok", 1.0), url, "Task"), "OPS"
        self.notifier = TrackerNotifier(issues, place, self.tickets, self.clock)

    async def send(self, notice, target: str = "") -> None:
        owed = message(notice, f"{self.kind}{target}")
        self.tries[owed.idempotency_key] = self.tries.get(owed.idempotency_key, 0) + 1
        await self.notifier.send(replace(owed, attempts=self.tries[owed.idempotency_key]))

    def issues(self) -> list[tuple[bool, int]]:
        if isinstance(self.server, GitlabServer):
            return [(one["state"] == "opened", len(self.server.notes[key])) for key, one in self.server.issues.items()]
        return [
            (one["status"]["statusCategory"]["key"] != "done", len(self.server.comments[key]))
            for key, one in self.server.issues.items()
        ]


@pytest.fixture(params=["gitlab", "jira"])
def world(request):
    server = GitlabServer() if request.param == "gitlab" else JiraServer()
    with running(server) as url:
        yield World(request.param, url, server)


async def test_a_finding_is_one_issue_that_is_closed_and_opened_again(world: World):
    await world.send(opened())
    await world.send(updated())
    assert [(True, 1)] == world.issues()
    await world.send(recovered(3))
    assert [(False, 2)] == world.issues()
    await world.send(reopened(4))
    assert [(True, 3)] == world.issues()
    await world.send(replace(accepted(), revision=5))
    assert [(False, 4)] == world.issues()


async def test_a_silent_update_comments_nothing(world: World):
    await world.send(group(3))
    await world.send(replace(group(7), stage="updated", revision=2))
    assert [(True, 0)] == world.issues()


async def test_a_lost_answer_makes_no_second_issue_and_no_second_comment(world: World):
    world.server.faults.append("lose")
    with pytest.raises(Transient):
        await world.send(opened())
    await world.send(opened())
    world.server.faults.extend([None, "lose"])
    with pytest.raises(Transient):
        await world.send(updated())
    await world.send(updated())
    assert [(True, 1)] == world.issues()


async def test_a_search_that_lags_makes_no_second_issue():
    server = JiraServer()
    with running(server) as url:
        world = World("jira", url, server)
        server.faults.append("lose")
        with pytest.raises(Transient):
            await world.send(opened())
        server.lags = True
        with pytest.raises(Transient, match="may be under way"):
            await world.send(opened())
        server.lags = False
        world.clock.move(timedelta(seconds=40))
        await world.send(opened())
        assert [(True, 0)] == world.issues()


async def test_a_deleted_issue_is_made_anew(world: World):
    await world.send(opened())
    world.server.issues.clear()
    await world.send(updated())
    assert [(True, 1)] == world.issues()


@pytest.mark.parametrize("fault", [json({}, 429, Retry_After="5"), json({}, 502), "hang"])
async def test_what_passes_is_tried_again(world: World, fault):
    world.server.faults.append(fault)
    with pytest.raises(Transient):
        await world.send(opened())
    world.clock.move(timedelta(minutes=2))
    await world.send(opened())
    assert [(True, 0)] == world.issues()


async def test_what_an_operator_must_mend_is_parked(world: World):
    with pytest.raises(Fatal):
        await world.send(opened(), ":NONE")
    if isinstance(world.server, GitlabServer):
        world.server.token = "other"
    else:
        world.server.user = "other"
    with pytest.raises(Fatal, match="coagent outbox retry"):
        await world.send(opened())


async def test_an_issue_that_was_moved_is_followed():
    server = GitlabServer()
    with running(server) as url:
        world = World("gitlab", url, server)
        await world.send(opened())
        server.move(1)
        await world.send(updated())
        await world.send(recovered(3))
        assert [(False, 0), (False, 2)] == world.issues()
        ticket = world.tickets.get("gitlab", opened().conversation)
        assert ("acme/apps#2", "https://gitlab.com/acme/apps/-/issues/2") == (ticket.ref, ticket.url)


@pytest.mark.parametrize("kind", ["gitlab", "jira"])
async def test_a_tracker_that_is_busy_says_for_how_long(kind):
    server = GitlabServer() if kind == "gitlab" else JiraServer()
    with running(server) as url:
        server.faults.append(json({}, 429, Retry_After="5"))
        with pytest.raises(Transient) as failed:
            await World(kind, url, server).send(opened())
        assert 5.0 == failed.value.retry_after_s
