"""PagerDuty, Alertmanager, webhooks, mail and Apprise against local servers with their rules."""

import asyncio
import email
import email.policy
import json as plain
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pagerduty import EventsApiV2Client
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.requests import Request
from starlette.responses import Response

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.notify.alertmanager import AlertmanagerNotifier
from coagent.adapters.notify.alertmanager_webhook import AlertmanagerWebhookNotifier
from coagent.adapters.notify.apprise import AppriseNotifier
from coagent.adapters.notify.email import EmailNotifier, MailServer
from coagent.adapters.notify.pagerduty import PagerdutyNotifier, pagerduty_client
from coagent.adapters.notify.webhook import WebhookNotifier
from coagent.deliver.notices import message
from coagent.domain.errors import Fatal, Transient
from tests.notices import group, opened, recovered, updated
from tests.servers.local import LocalServer, json, running

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class AlertServer(LocalServer):
    """Takes PagerDuty's events, Alertmanager's alerts and webhooks, and signed webhooks; refuses what is wrong.

    Sources: developer.pagerduty.com Events API v2 (202, 400, 429, sizes); Alertmanager's openapi.yaml of API v2 and its
    webhook documentation; the Standard Webhooks specification.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[dict] = []

    async def answer(self, request: Request, body: bytes) -> Response:
        wrong = getattr(self, request.url.path.strip("/").replace("/", "_").replace("-", "_"))(request, body)
        if wrong:
            return json({"status": "invalid event", "message": wrong, "errors": [wrong]}, 400)
        self.taken.append(plain.loads(body))
        return json({"status": "success", "dedup_key": "x"}, 202)

    def v2_enqueue(self, _request: Request, body: bytes) -> str:
        event = plain.loads(body)
        if event["routing_key"] != "R0":
            return "Invalid routing key"
        if event["event_action"] not in ("trigger", "acknowledge", "resolve") or len(event["dedup_key"]) > 255:
            return "event_action"
        payload = event["payload"]
        fits = len(body) <= 512_000 and len(payload["summary"]) <= 1024 and payload["source"]
        return "" if fits and payload["severity"] in ("critical", "error", "warning", "info") else "payload"

    def api_v2_alerts(self, _request: Request, body: bytes) -> str:
        for alert in plain.loads(body):
            if not alert["labels"] or not all(LABEL.fullmatch(name) for name in alert["labels"]):
                return "labels"
            if datetime.fromisoformat(alert["endsAt"]) < datetime.fromisoformat(alert["startsAt"]):
                return "start time must be before end time"
        return ""

    def webhook(self, _request: Request, body: bytes) -> str:
        needed = "version groupKey status receiver groupLabels commonLabels commonAnnotations externalURL alerts"
        return "" if set(needed.split()) <= plain.loads(body).keys() else "fields"

    def signed(self, request: Request, body: bytes) -> str:
        try:
            Webhook(SECRET).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            return str(error)
        return ""

    def notify(self, _request: Request, _body: bytes) -> str:
        return ""


@pytest.fixture
def server() -> Iterator[AlertServer]:
    server = AlertServer()
    with running(server):
        yield server


def local_pagerduty(url: str) -> EventsApiV2Client:
    """The client takes https addresses alone; its own check is passed by."""
    client = pagerduty_client("R0", "https://events.pagerduty.com", 1.0)
    client._url = url
    return client


def notifier(kind: str, url: str):
    return {
        "pagerduty": lambda: PagerdutyNotifier(local_pagerduty(url)),
        "alertmanager": lambda: AlertmanagerNotifier(url, 1.0),
        "alertmanager-webhook": lambda: AlertmanagerWebhookNotifier(f"{url}/webhook", 1.0),
        "webhook": lambda: WebhookNotifier(f"{url}/signed", SECRET, FixedClock(datetime.now(UTC)), 1.0),
        "apprise": lambda: AppriseNotifier([f"{url.replace('http', 'json')}/notify"]),
    }[kind]()


KINDS = ["pagerduty", "alertmanager", "alertmanager-webhook", "webhook", "apprise"]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_stage_is_taken(server: AlertServer, kind: str):
    channel = notifier(kind, server.url)
    for notice in (opened(), updated(), recovered(3), group(60)):
        await channel.send(message(notice, kind))
    assert 4 == len(server.taken)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", [json({}, 503), json({}, 429, Retry_After="3"), "hang"])
async def test_what_passes_is_transient(server: AlertServer, kind: str, fault):
    if kind == "apprise" and fault == "hang":
        pytest.skip("Apprise waits its own 4 s: the same path as a refused message")
    server.faults.append(fault)
    with pytest.raises(Transient) as failed:
        await notifier(kind, server.url).send(message(opened(), kind))
    if kind != "apprise":  # it says only that it failed
        busy = not isinstance(fault, str) and fault.status_code == 429
        assert (3.0 if busy else None) == failed.value.retry_after_s
    await notifier(kind, server.url).send(message(opened(), kind))


@pytest.mark.parametrize("kind", ["pagerduty", "alertmanager", "alertmanager-webhook", "webhook"])
async def test_a_refusal_is_parked(server: AlertServer, kind: str):
    server.faults.append(json({"message": "no"}, 400))
    with pytest.raises(Fatal, match="coagent outbox retry"):
        await notifier(kind, server.url).send(message(opened(), kind))


async def test_an_incident_is_one_from_trigger_to_resolve(server: AlertServer):
    for notice in (opened(), recovered(2)):
        await notifier("pagerduty", server.url).send(message(notice, "pagerduty"))
    assert ["trigger", "resolve"] == [one["event_action"] for one in server.taken]
    assert 1 == len({one["dedup_key"] for one in server.taken})


async def test_an_alert_keeps_its_labels_from_firing_to_resolved(server: AlertServer):
    for notice in (opened(), updated(), recovered(3)):
        await notifier("alertmanager", server.url).send(message(notice, "alertmanager"))
    assert 1 == len({str(one[0]["labels"]) for one in server.taken})


@asynccontextmanager
async def smtp(mails: list[bytes], *, refuse: bytes | None = None):
    """An SMTP server of RFC 5321, without TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 local ESMTP\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                mails.append(await reader.readuntil(b"\r\n.\r\n"))
            if command == b"RCPT" and refuse:
                writer.write(refuse)
                continue
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**22)
    async with server:
        yield server.sockets[0].getsockname()[1]


def mailer(port: int) -> EmailNotifier:
    server = MailServer(host="127.0.0.1", port=port, user=None, password=None, tls=False, timeout_s=2.0)
    return EmailNotifier(server, "coagent@acme.example", ["ops@acme.example"])


async def test_mails_of_a_finding_are_one_thread():
    mails: list[bytes] = []
    async with smtp(mails) as port:
        for notice in (opened(), updated()):
            await mailer(port).send(message(notice, "email"))
    first, second = (email.message_from_bytes(one, policy=email.policy.default) for one in mails)
    assert (first["Message-ID"], None) == (second["In-Reply-To"], first["In-Reply-To"])
    assert "openai/gpt-4 answers differently" in first.get_body(("plain",)).get_content()
    assert "<b>Why</b>" in first.get_body(("html",)).get_content()


@pytest.mark.parametrize(("refuse", "expected"), [(b"550 no such user\r\n", Fatal), (b"451 try later\r\n", Transient)])
async def test_a_refused_recipient_is_parked_and_a_busy_server_tried_again(refuse, expected):
    async with smtp([], refuse=refuse) as port:
        with pytest.raises(expected):
            await mailer(port).send(message(opened(), "email"))


async def test_a_mail_server_that_is_away_is_transient():
    with pytest.raises(Transient):
        await mailer(1).send(message(opened(), "email"))


def test_an_apprise_address_that_names_nothing_is_refused_without_showing_it():
    with pytest.raises(Fatal) as refused:
        AppriseNotifier(["nosuch://hunter2"])
    assert "hunter2" not in str(refused.value)
