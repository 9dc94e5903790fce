"""The official SDK against a local server with Slack's rules."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.adapters.notify.slack import SlackNotifier, slack_client
from coagent.adapters.notify.slack import check as auth_test
from coagent.deliver.notices import message, trial
from coagent.deliver.slack_message import root
from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.plots.change_picture import change_picture
from tests.notices import AT, accepted, group, notices, opened, recovered, reopened, updated
from tests.servers.local import json, running
from tests.servers.slack import SlackServer, check


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer()
    with running(server):
        yield server


class Channel:
    """Sends as the outbox does: `attempts` counts the tries of one message."""

    def __init__(self, server: SlackServer, place: str = "#llm-alerts", picture=None) -> None:
        self.tickets, self.tries = MemoryTickets(), {}
        client = slack_client("xoxb-test", f"{server.url}/api/", 1.0)
        self.notifier = SlackNotifier(client, place, self.tickets, FixedClock(AT), picture)

    async def send(self, notice, channel: str = "slack") -> None:
        owed = message(notice, channel)
        self.tries[owed.idempotency_key] = self.tries.get(owed.idempotency_key, 0) + 1
        await self.notifier.send(replace(owed, attempts=self.tries[owed.idempotency_key]))


async def test_a_finding_is_one_message_edited_in_place_with_a_thread(slack: SlackServer):
    channel = Channel(slack)
    for notice in (opened(), updated(), accepted()):
        await channel.send(notice)
    (root_message,) = slack.roots()
    assert "Accepted as the new baseline by ann in GitHub" in str(root_message["blocks"])
    assert "actions" not in [block["type"] for block in root_message["blocks"]]
    assert [root_message["ts"]] * 2 == [one["thread_ts"] for one in slack.replies()]
    assert "the new model is fine" in str(slack.replies()[1]["blocks"])


async def test_a_silent_update_edits_and_replies_nothing(slack: SlackServer):
    channel = Channel(slack)
    await channel.send(group(3))
    await channel.send(replace(group(7), stage="updated", revision=2))
    assert (1, 0) == (len(slack.roots()), len(slack.replies()))
    assert "Silent model change: 7 findings" == slack.roots()[0]["text"]


@pytest.mark.parametrize("may_read", [True, False])
@pytest.mark.parametrize("place", ["#llm-alerts", "C0LLM"])
async def test_a_lost_answer_makes_at_most_one_more_message_and_it_is_the_one_that_is_edited(place, may_read):
    server = SlackServer(may_read=may_read)
    with running(server):
        channel = Channel(server, place)
        server.faults.append("lose")
        with pytest.raises(Transient):
            await channel.send(opened())
        await channel.send(opened())
        await channel.send(updated())
        assert (1 if may_read else 2) == len(server.roots())
        assert "Updated" in str(server.roots()[-1]["blocks"])


async def test_a_lost_answer_to_a_reply_repeats_no_reply(slack: SlackServer):
    channel = Channel(slack)
    await channel.send(opened())
    slack.faults.extend([None, "lose"])
    with pytest.raises(Transient):
        await channel.send(updated())
    await channel.send(updated())
    assert 1 == len(slack.replies())


async def test_a_message_that_somebody_deleted_is_sent_anew(slack: SlackServer):
    channel = Channel(slack)
    await channel.send(opened())
    slack.messages.clear()
    await channel.send(updated())
    assert (1, 1) == (len(slack.roots()), len(slack.replies()))


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (json({"ok": False, "error": "ratelimited"}, 429, Retry_After="17"), 17.0),
        (json({"ok": False, "error": "internal_error"}), None),
        (json({"ok": False}, 503), None),
        ("hang", None),
    ],
)
async def test_what_passes_is_tried_again(slack: SlackServer, fault, wait):
    channel = Channel(slack)
    slack.faults.append(fault)
    with pytest.raises(Transient) as failed:
        await channel.send(opened())
    assert wait == failed.value.retry_after_s
    await channel.send(opened())
    assert 1 == len(slack.roots())


async def test_a_revoked_token_and_a_deleted_channel_are_parked_with_what_to_do(slack: SlackServer):
    channel = Channel(slack)
    await channel.send(opened())
    slack.token = "xoxb-other"
    with pytest.raises(Fatal, match="COAGENT_DELIVERY__SLACK_TOKEN"):
        await channel.send(updated())
    slack.token = "xoxb-test"
    del slack.channels["C0LLM"]
    with pytest.raises(Fatal, match="channel_not_found: no such channel"):
        await channel.send(updated())
    with pytest.raises(Fatal, match="#nowhere: channel_not_found"):
        await channel.send(opened(id="other-1"), "slack:#nowhere")


async def test_another_channel_by_its_name(slack: SlackServer):
    channel = Channel(slack)
    await channel.send(opened(), "slack:#ops")
    await channel.send(trial("slack", AT + timedelta(days=1)))
    assert ["C0OPS", "C0LLM"] == [one["channel"] for one in slack.roots()]


async def test_what_comes_again_is_said_loudly(slack: SlackServer):
    channel = Channel(slack)
    for notice in (opened(), recovered(2), reopened(3)):
        await channel.send(notice)
    assert 1 == len(slack.roots())
    assert "actions" in [block["type"] for block in slack.roots()[0]["blocks"]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notices())
def test_slack_takes_whatever_is_written(notice):
    check(root(notice)["blocks"])


PNG = b"\x89PNG\r\n\x1a\n"


async def test_what_changed_is_shown_once_in_the_thread_of_its_message(slack: SlackServer):
    channel = Channel(slack, picture=change_picture)
    for notice in (opened(), updated(), accepted()):
        await channel.send(notice)
    (file,) = slack.uploads.values()
    (message_,) = slack.roots()
    assert (message_["channel"], message_["ts"]) == (file["channel"], file["thread_ts"])
    assert file["bytes"].startswith(PNG)


async def test_without_the_right_to_upload_the_message_goes_out_and_nobody_asks_again(caplog):
    server = SlackServer(may_upload=False)
    with running(server):
        channel = Channel(server, picture=change_picture)
        await channel.send(opened())
        await channel.send(replace(opened(), conversation="another"))
        assert (2, 1) == (len(server.roots()), server.writes("/files.getUploadURLExternal"))
    assert "no picture" in caplog.text


async def test_what_has_no_picture_needs_none(slack: SlackServer):
    channel = Channel(slack, picture=change_picture)
    await channel.send(group(3))
    assert {} == slack.uploads


@pytest.mark.parametrize(("may_upload", "lacks"), [(True, False), (False, True)])
async def test_doctor_says_where_pictures_are_off(may_upload, lacks):
    server = SlackServer(may_upload=may_upload)
    with running(server):
        said = await auth_test(slack_client("xoxb-test", f"{server.url}/api/", 1.0), "#llm-alerts")
        assert lacks == ("without pictures: the token lacks files:write" in said)
