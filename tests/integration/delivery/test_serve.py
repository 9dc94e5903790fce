"""Signed requests to the real application, words in a real database."""

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.testclient import TestClient

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.deliver.answers import command
from coagent.delivery_settings import DeliverySettings
from coagent.domain.conversation import Ticket
from coagent.entrypoints.serve import signatures
from coagent.entrypoints.serve.app import application
from coagent.entrypoints.serve.body import MOST_BYTES
from tests.notices import AT

SECRETS = {
    name: SecretStr(name)
    for name in (
        "slack_signing_secret",
        "github_webhook_secret",
        "gitlab_webhook_token",
        "jira_webhook_secret",
        "alertmanager_secret",
    )
}
SLACK = "slack_signing_secret"
PATHS = ["/slack", "/github", "/gitlab", "/jira", "/alertmanager"]


class World:
    def __init__(self, engine: Engine) -> None:
        self.clock, self.words = FixedClock(AT), PostgresConversations(engine)
        self.tickets = tickets = PostgresTickets(engine)
        for channel, ref in (("github", "acme/ops#7"), ("gitlab", "acme/ops#7"), ("jira", "OPS-7")):
            tickets.save(Ticket(channel=channel, conversation="c1", begun_at=AT, ref=ref))
        self.client = TestClient(application(DeliverySettings(**SECRETS), self.words, tickets, self.clock))

    def said(self) -> list[tuple[str, str, str, str]]:
        return [(one.kind, one.by, one.via, one.reason) for one in self.words.words(9)]

    def slack(self, payload: dict, *, age: timedelta = timedelta(0), secret: str = SLACK) -> int:
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int((self.clock.now() - age).timestamp()))
        signature = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}
        return self.client.post("/slack", content=body, headers=headers).status_code

    def hub(self, path: str, payload: dict, header: str, secret: str, **headers: str) -> int:
        body = json.dumps(payload).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        given = {header: f"sha256={signature}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.post(path, content=body, headers=given).status_code

    def github(self, event: str, payload: dict) -> int:
        secret = "github_webhook_secret"
        given = {"X_GitHub_Event": event, "X_GitHub_Delivery": "d1"}
        return self.hub("/github", payload, "X-Hub-Signature-256", secret, **given)


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


def button(kind: str = "accept") -> dict:
    action = {"action_id": f"coagent.{kind}", "value": "c1", "action_ts": "1770000000.1", "type": "button"}
    return {"type": "block_actions", "user": {"id": "U1", "username": "ann"}, "actions": [action]}


def comment(text: str, association: str = "MEMBER", **changes) -> dict:
    return {
        "action": "created",
        "issue": {"number": 7},
        "repository": {"full_name": "acme/ops"},
        "sender": {"login": "ann", "type": "User"},
        "comment": {"id": 5, "body": text, "author_association": association},
        **changes,
    }


def test_a_button_is_a_word_however_often_it_comes(world: World):
    assert [200, 200] == [world.slack(button()), world.slack(button())]
    assert [("accept", "ann", "slack", "")] == world.said()


@pytest.mark.parametrize("stamp", ["\xb2", "9" * 5000, "-1", ""])
def test_a_timestamp_that_is_none_is_refused(stamp):
    assert not signatures.slack(SLACK, {"x-slack-request-timestamp": stamp}, b"", AT)


@pytest.mark.parametrize(("age", "secret"), [(timedelta(minutes=6), "slack_signing_secret"), (timedelta(0), "guess")])
def test_an_old_or_forged_button_is_refused(world: World, age, secret):
    assert 401 == world.slack(button(), age=age, secret=secret)
    assert [] == world.said()


def test_a_comment_of_a_member_is_a_word(world: World):
    assert 200 == world.github("issue_comment", comment("/coagent accept the new model is fine\nmore"))
    assert [("accept", "ann", "github", "the new model is fine")] == world.said()


@pytest.mark.parametrize(
    "payload",
    [
        comment("/coagent accept", "NONE"),
        comment("please /coagent accept"),
        comment("/coagent destroy"),
        comment("/coagent accept", action="edited"),
        comment("/coagent accept", issue={"number": 8}),
        comment("/coagent accept", sender={"login": "coagent[bot]", "type": "Bot"}),
    ],
)
def test_what_is_not_for_coagent_is_no_word(world: World, payload):
    assert 200 == world.github("issue_comment", payload)
    assert [] == world.said()


def test_an_issue_closed_by_hand_is_an_acknowledgement(world: World):
    assert 200 == world.github("issues", comment("", action="closed"))
    assert [("acknowledge", "ann", "github", "closed there by hand")] == world.said()


def test_gitlab_and_jira_and_alertmanager(world: World):
    note = {
        "object_kind": "note",
        "user": {"username": "bob"},
        "project": {"path_with_namespace": "acme/ops", "visibility_level": 0},
        "issue": {"iid": 7},
        "object_attributes": {"id": 3, "note": "/coagent snooze"},
    }
    headers = {"X-Gitlab-Token": "gitlab_webhook_token"}
    assert 200 == world.client.post("/gitlab", json=note, headers=headers).status_code
    public = {**note, "project": {**note["project"], "visibility_level": 20}, "object_attributes": {"id": 4}}
    assert 200 == world.client.post("/gitlab", json=public, headers=headers).status_code
    moved = {
        "webhookEvent": "jira:issue_updated",
        "timestamp": 1,
        "user": {"displayName": "Cy"},
        "issue": {"key": "OPS-7", "fields": {"status": {"statusCategory": {"key": "done"}}}},
        "changelog": {"items": [{"field": "status"}]},
    }
    assert 200 == world.hub("/jira", moved, "X-Hub-Signature", "jira_webhook_secret")
    alert = {"alerts": [{"status": "resolved", "labels": {"conversation": "c1"}, "endsAt": "x"}]}
    bearer = {"Authorization": "Bearer alertmanager_secret"}
    assert 200 == world.client.post("/alertmanager", json=alert, headers=bearer).status_code
    assert {
        ("snooze", "bob", "gitlab"),
        ("acknowledge", "Cy", "jira"),
        ("acknowledge", "Alertmanager", "alertmanager"),
    } == {one[:3] for one in world.said()}


@pytest.mark.parametrize("path", PATHS)
def test_no_endpoint_is_open_without_its_signature_or_its_secret(world: World, path):
    assert 401 == world.client.post(path, content=b"{}").status_code
    assert 405 == world.client.get(path).status_code
    bare = TestClient(application(DeliverySettings(), world.words, world.tickets, world.clock))
    assert [404, 200] == [bare.post(path, content=b"{}").status_code, bare.get("/health").status_code]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_beyond_the_limit_is_refused(world: World, path):
    assert 413 == world.client.post(path, content=b"x" * (MOST_BYTES + 1)).status_code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["issue", "comment", "user", "project", "alerts", "body", "labels"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values)
def test_whatever_is_signed_is_answered(world: World, payload):
    for path, header in (("/github", "X-Hub-Signature-256"), ("/jira", "X-Hub-Signature")):
        secret = f"{path[1:]}_webhook_secret"
        assert world.hub(path, payload, header, secret, X_GitHub_Event="issue_comment") in (200, 400)


@pytest.mark.parametrize("text", ["", "/coagent", "/coagentaccept", "x\n/coagent accept", "/coagent ACCEPT"])
def test_only_a_comment_that_begins_so_is_a_command(text):
    assert command(text) is None
