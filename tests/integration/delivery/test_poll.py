"""What people said in a tracker that no webhook reports of."""

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.notify.github import GithubIssues, github_client
from coagent.adapters.notify.tracker import TrackerNotifier
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.bootstrap.channels import polled
from coagent.deliver.notices import message
from coagent.delivery_settings import DeliverySettings
from coagent.steps.poll import PollStep
from tests.notices import AT, opened
from tests.servers.github import GithubServer
from tests.servers.local import running

OPS = ("acme/ops", 1)
CLOCK = FixedClock(AT)


@pytest.fixture
def github():
    server = GithubServer()
    with running(server):
        yield server


async def test_comments_and_a_closed_issue_are_words_once(github: GithubServer, postgres_engine: Engine):
    clock, store = FixedClock(AT), PostgresConversations(postgres_engine)
    issues = GithubIssues(github_client("ghp_test", github.url, 2.0))
    notifier = TrackerNotifier(issues, "acme/ops", PostgresTickets(postgres_engine), clock)
    await notifier.send(message(opened(), "github"))
    step = PollStep(polled(DeliverySettings(), [notifier]), store, clock)
    assert 0 == await step.run()
    github.comments[OPS] += [
        {"id": 1, "body": "/coagent accept fine", "user": {"login": "ann"}, "author_association": "MEMBER"},
        {"id": 2, "body": "/coagent accept", "user": {"login": "eve"}, "author_association": "NONE"},
        {"id": 3, "body": "what is this?", "user": {"login": "bob"}, "author_association": "MEMBER"},
    ]
    github.issues[OPS].update(state="closed", closed_by={"login": "cy"})
    assert [2, 0] == [await step.run(), await step.run()]
    assert {("accept", "ann", "fine"), ("acknowledge", "cy", "closed there by hand")} == {
        (one.kind, one.by, one.reason) for one in store.words(9)
    }


async def test_a_deleted_issue_holds_up_no_other(github: GithubServer, postgres_engine: Engine, caplog):
    store, tickets = PostgresConversations(postgres_engine), PostgresTickets(postgres_engine)
    notifier = TrackerNotifier(GithubIssues(github_client("ghp_test", github.url, 2.0)), "acme/ops", tickets, CLOCK)
    await notifier.send(message(opened(), "github"))
    await notifier.send(message(replace(opened(), conversation="later"), "github"))
    github.deleted.add(OPS)
    github.issues["acme/ops", 2].update(state="closed", closed_by={"login": "cy"})
    assert 1 == await PollStep([notifier], store, CLOCK).run()
    assert ["later"] == [one.conversation for one in store.words(9)]
    assert "410" in caplog.text


def test_a_tracker_with_a_webhook_is_not_asked(github: GithubServer):
    issues = GithubIssues(github_client("ghp_test", github.url, 2.0))
    notifier = TrackerNotifier(issues, "acme/ops", None, FixedClock(AT))
    assert [] == polled(DeliverySettings(github_webhook_secret="s"), [notifier])
