"""Channel `pagerduty`: events of an Events API v2 integration."""

import asyncio

from pagerduty import EventsApiV2Client
from pagerduty.errors import Error, HttpError

from coagent.adapters.notify.notice import notice_of
from coagent.adapters.notify.retry_after import retry_after_s
from coagent.deliver.pagerduty_event import event
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage

TOO_MANY, SERVER_ERROR = 429, 500


class PagerdutyNotifier:
    """The conversation is the deduplication key: whatever comes twice is of one incident."""

    channel = "pagerduty"
    at_once = 2
    pace_s = 0.5
    """The Events API takes 120 events a minute and integration key."""

    def __init__(self, client: EventsApiV2Client) -> None:
        self._client = client

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        if notice.stage == "digest":
            raise Fatal("channel pagerduty: a digest pages nobody: name another channel for it")
        fields = event(notice)
        try:
            await asyncio.to_thread(
                self._client.send_event, fields["event_action"], fields["dedup_key"], payload=fields["payload"]
            )
        except Error as error:
            raise problem(error) from error


def pagerduty_client(routing_key: str, url: str, timeout_s: float) -> EventsApiV2Client:
    """The official client without its own retries: the outbox decides when to try again."""
    client = EventsApiV2Client(routing_key, base_url=url)
    client.retry = {TOO_MANY: 1}  # with the next line: never
    client.max_http_attempts, client.max_network_attempts = -1, 0
    client.timeout = max(1, round(timeout_s))
    return client


def problem(error: Error) -> CoagentError:
    """What went wrong in coagent's terms."""
    response = error.response if isinstance(error, HttpError) else None
    if response is None or response.status_code >= SERVER_ERROR:
        return Transient(f"channel pagerduty: no good answer ({error})")
    if response.status_code == TOO_MANY:
        return Transient("channel pagerduty: rate limit", retry_after_s=retry_after_s(response.headers))
    return Fatal(
        f"channel pagerduty: answer {response.status_code} {response.text[:200]!r}: check "
        "COAGENT_DELIVERY__PAGERDUTY_ROUTING_KEY, then `coagent outbox retry`"
    )
