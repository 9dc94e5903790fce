from pathlib import Path

import pytest
from pydantic import SecretStr

from coagent.delivery_settings import DeliverySettings
from coagent.entrypoints.doctor.delivery import check_channels
from coagent.settings import Settings
from tests.servers.github import GithubServer
from tests.servers.local import running
from tests.servers.slack import SlackServer


def test_buttons_that_nobody_answers_are_named():
    slack = SlackServer()
    with running(slack):
        given = {"slack_token": SecretStr("xoxb-test"), "slack_channel": "#ops", "slack_url": f"{slack.url}/api/"}
        signed = {**given, "slack_signing_secret": SecretStr("s" * 32)}
        (without, action), (_, none) = (
            (one.state, one.action)
            for delivery in (given, signed)
            for one in check_channels(Settings(delivery=DeliverySettings(timeout_s=2.0, **delivery)))
        )
    assert without == "ok"
    assert "buttons do nothing yet" in (action or "")
    assert none is None


def findings(**delivery) -> dict[str, tuple[str, str]]:
    found = check_channels(Settings(delivery=DeliverySettings(timeout_s=2.0, **delivery)))
    return {one.name: (one.state, one.text) for one in found}


def test_channels_are_asked_and_nothing_is_sent(tmp_path: Path):
    slack, github = SlackServer(), GithubServer()
    with running(slack), running(github):
        given = {
            "folder": tmp_path,
            "slack_token": SecretStr("xoxb-test"),
            "slack_channel": "#ops",
            "slack_url": f"{slack.url}/api/",
            "github_token": SecretStr("ghp_test"),
            "github_repository": "acme/ops",
            "github_url": github.url,
        }
        found = findings(**given)
        wrong = findings(**{**given, "slack_token": SecretStr("xoxb-hunter2"), "github_repository": "acme/none"})
    assert ("ok", "coagent in Acme, to #ops") == found["channel slack"]
    assert ("ok", "acme/ops is there") == found["channel github"]
    assert "ok" == found["channel folder"][0]
    assert ([], {}) == (slack.messages, github.issues)
    assert {"problem"} == {wrong["channel slack"][0], wrong["channel github"][0]}
    assert "hunter2" not in str(wrong)


def test_no_channel_is_said_so():
    assert {"channels": ("skipped", "none is configured")} == findings()


@pytest.mark.parametrize("half", [{"slack_channel": "#ops"}, {"jira_url": "https://x.example", "jira_user": "a"}])
def test_a_channel_configured_by_half_is_a_problem(half):
    assert "problem" == findings(**half)["channels"][0]
