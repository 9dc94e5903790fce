"""githubkit against a local server with GitHub's rules."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.adapters.notify.github import GithubIssues, github_client
from coagent.adapters.notify.tracker import TrackerNotifier
from coagent.deliver.notices import message
from coagent.domain.errors import Fatal, Transient
from tests.notices import AT, accepted, group, opened, recovered, reopened, updated
from tests.servers.github import GithubServer
from tests.servers.local import json, running

OPS = ("acme/ops", 1)


@pytest.fixture
def github() -> Iterator[GithubServer]:
    server = GithubServer()
    with running(server):
        yield server


class Channel:
    """Sends as the outbox does: `attempts` counts the tries of one message."""

    def __init__(self, server: GithubServer) -> None:
        self.tickets, self.tries, self.clock = MemoryTickets(), {}, FixedClock(AT)
        client = github_client("ghp_test", server.url, 1.0)
        self.notifier = TrackerNotifier(GithubIssues(client), "acme/ops", self.tickets, self.clock)

    async def send(self, notice, channel: str = "github") -> None:
        owed = message(notice, channel)
        self.tries[owed.idempotency_key] = self.tries.get(owed.idempotency_key, 0) + 1
        await self.notifier.send(replace(owed, attempts=self.tries[owed.idempotency_key]))


def bodies(github: GithubServer, key: tuple[str, int] = OPS) -> list[str]:
    return [one["body"].partition(" ·")[0] for one in github.comments[key]]


async def test_a_finding_is_one_issue_that_is_closed_and_opened_again(github: GithubServer):
    channel = Channel(github)
    for notice in (opened(), updated(), recovered(3), reopened(4), accepted()):
        await channel.send(replace(notice, revision=notice.revision if notice.stage != "accepted" else 5))
    ((key, issue),) = github.issues.items()
    assert (OPS, "closed") == (key, issue["state"])
    assert ["coagent", "shift", "silent_version"] == [one["name"] for one in issue["labels"]]
    assert ["**Updated", "**Recovered", "**Reopened", "**Accepted as the new baseline by ann in GitHub"] == bodies(
        github
    )


async def test_a_silent_update_edits_and_comments_nothing(github: GithubServer):
    channel = Channel(github)
    await channel.send(group(3))
    await channel.send(replace(group(7), stage="updated", revision=2))
    assert ([], "Silent model change: 7 findings") == (bodies(github), github.issues[OPS]["title"])


async def test_a_lost_answer_makes_no_second_issue(github: GithubServer):
    channel = Channel(github)
    github.faults.append("lose")
    with pytest.raises(Transient):
        await channel.send(opened())
    await channel.send(opened())
    await channel.send(updated())
    assert (1, ["**Updated"]) == (len(github.issues), bodies(github))


async def test_a_list_that_lags_makes_no_second_issue(github: GithubServer):
    channel = Channel(github)
    github.faults.append("lose")
    with pytest.raises(Transient):
        await channel.send(opened())
    github.lag = 1
    with pytest.raises(Transient, match="may be under way"):
        await channel.send(opened())
    github.lag = 0
    channel.clock.move(timedelta(seconds=59))
    await channel.send(opened())
    assert 1 == len(github.issues)


async def test_a_request_that_never_arrived_is_made_once_the_list_has_settled(github: GithubServer):
    channel = Channel(github)
    github.faults.append("hang")
    with pytest.raises(Transient):
        await channel.send(opened())
    channel.clock.move(timedelta(seconds=61))
    await channel.send(opened())
    assert 1 == len(github.issues)


async def test_a_lost_answer_to_a_comment_repeats_no_comment(github: GithubServer):
    channel = Channel(github)
    await channel.send(opened())
    github.comments[OPS] = [{"id": number, "body": "people talk"} for number in range(150)]
    github.faults.extend([None, "lose"])
    with pytest.raises(Transient):
        await channel.send(updated())
    await channel.send(updated())
    assert 151 == len(github.comments[OPS])


async def test_a_moved_issue_is_followed_and_remembered(github: GithubServer):
    channel = Channel(github)
    await channel.send(opened())
    github.move(OPS, "acme/llm")
    await channel.send(updated())
    await channel.send(recovered(3))
    assert [("acme/llm", 1)] == list(github.issues)
    assert ["**Updated", "**Recovered"] == bodies(github, ("acme/llm", 1))
    assert "acme/llm#1" == next(iter(channel.tickets.tickets.values())).ref


async def test_a_deleted_issue_is_made_anew_and_says_what_happened(github: GithubServer):
    channel = Channel(github)
    await channel.send(opened())
    github.deleted.add(OPS)
    await channel.send(updated())
    assert ["**Updated"] == bodies(github, ("acme/ops", 2))


async def test_what_a_person_closed_stays_closed_until_it_comes_again(github: GithubServer):
    channel = Channel(github)
    await channel.send(opened())
    github.issues[OPS]["state"] = "closed"
    await channel.send(updated())
    assert "closed" == github.issues[OPS]["state"]
    await channel.send(reopened(3))
    assert "open" == github.issues[OPS]["state"]


async def test_the_newest_of_many_comments_is_read(github: GithubServer):
    channel = Channel(github)
    await channel.send(opened())
    said = {"user": {"login": "ann"}, "author_association": "MEMBER"}
    github.comments[OPS] = [{"id": number, "body": "seen", **said} for number in range(250)]
    github.comments[OPS].append({"id": 250, "body": "/coagent accept", **said})
    answers, closed_by = await channel.notifier.answers("acme/ops#1", AT)
    assert (251, "/coagent accept", None) == (len(answers), answers[-1].text, closed_by)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (json({"message": "You have exceeded a secondary rate limit"}, 403, Retry_After="60"), 60.0),
        (json({"message": "slow down"}, 429, Retry_After="7"), 7.0),
        (json({"message": "Server Error"}, 502), None),
    ],
)
async def test_what_passes_is_tried_again(github: GithubServer, fault, wait):
    channel = Channel(github)
    github.faults.append(fault)
    with pytest.raises(Transient) as failed:
        await channel.send(opened())
    assert wait == failed.value.retry_after_s
    channel.clock.move(timedelta(seconds=61))
    await channel.send(opened())
    assert 1 == len(github.issues)


async def test_what_an_operator_must_mend_is_parked_with_what_to_do(github: GithubServer):
    channel = Channel(github)
    with pytest.raises(Fatal, match="no such repository"):
        await channel.send(opened(), "github:acme/none")
    github.has_issues = False
    with pytest.raises(Fatal, match="switched off"):
        await channel.send(opened())
    github.token = "ghp_other"
    with pytest.raises(Fatal, match="COAGENT_DELIVERY__GITHUB_TOKEN"):
        await channel.send(opened())
    assert {} == channel.tickets.tickets
