"""Channel `slack`: a message a conversation, edited in place; what is new is a reply in its thread."""

import asyncio
import logging
from typing import Any

import aiohttp
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coagent.adapters.notify.notice import notice_of
from coagent.adapters.notify.retry_after import retry_after_s
from coagent.deliver.slack_message import EVENT, reply, root
from coagent.domain.conversation import Ticket
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice
from coagent.ports import Clock, Picture, Tickets

BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
AWAY = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
GONE = frozenset({"message_not_found", "thread_not_found"})
UNREADABLE = frozenset({"missing_scope", "channel_not_found", "not_in_channel", "not_allowed_token_type"})
LOOKED_BACK_S = 600
PAGE = 200
SERVER_ERROR, TOO_MANY = 500, 429
NO_PICTURES = frozenset({"missing_scope", "not_allowed_token_type", "file_uploads_disabled"})
SCOPE, SCOPES = "files:write", "x-oauth-scopes"
"""What a picture needs, and the header in which Slack lists what the token may do."""
Json = dict[str, Any]

log = logging.getLogger(__name__)


class SlackNotifier:
    """Its own table says which message is whose. A message whose answer was lost is found again by its metadata, where
    the token may read the channel (channels:history); else it is sent once more. A new message gets a `picture` in its
    thread, where the token may upload one (files:write).
    """

    channel = "slack"
    at_once = 1
    pace_s = 1.0
    """Slack takes about one message a second and channel."""

    def __init__(
        self, client: AsyncWebClient, place: str, tickets: Tickets, clock: Clock, picture: Picture | None = None
    ) -> None:
        self._client = client
        self._place = place
        self._tickets = tickets
        self._clock = clock
        self._picture = picture

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        try:
            await self._show(message, notice)
        except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise problem(error, message.target or self._place) from error

    async def _show(self, message: OutboxMessage, notice: Notice) -> None:
        ticket = await asyncio.to_thread(self._tickets.get, message.channel, notice.conversation)
        again = message.attempts > 1
        if ticket is None or ticket.ref is None:
            await self._post(message, notice, ticket)
            return
        try:
            await self._edit(ticket, notice)
        except SlackApiError as error:
            if _code(error) not in GONE:
                raise
            await self._post(message, notice, None)  # somebody deleted it: the conversation goes on in a new one
            return
        if not notice.is_silent and not (again and await self._has_reply(ticket, notice)):
            await self._reply(ticket, notice)
        await self._save(replace(ticket, revision=notice.revision, closed=notice.over))

    async def _post(self, message: OutboxMessage, notice: Notice, begun: Ticket | None) -> None:
        """The root message; a first one that is no opening says in its thread what happened."""
        place = message.target or self._place
        found = await self._lost(place, notice, begun) if begun else None
        ticket = begun or await self._begin(message, notice)
        is_new = found is None
        if found is None:
            answer = await self._client.chat_postMessage(channel=place, **_quietly(root(notice)))
            found = f"{answer['channel']}:{answer['ts']}"
        saved = replace(ticket, ref=found, revision=notice.revision, closed=notice.over)
        await self._save(saved)
        if is_new:
            await self._illustrate(saved, notice)
        if notice.stage not in ("opened", "digest", "test"):
            await self._reply(saved, notice)

    async def _illustrate(self, ticket: Ticket, notice: Notice) -> None:
        """Once and at most once: a message is whole without its picture, so a failure is logged and not tried again."""
        if self._picture is None or notice.insight is None:
            return
        drawn = await asyncio.to_thread(self._picture, notice.insight)
        if drawn is None:
            return
        channel, timestamp = _parts(ticket)
        try:
            await self._client.files_upload_v2(
                channel=channel, thread_ts=timestamp, file=drawn, filename="before-after.png", title="Before and after"
            )
        except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("channel slack: no picture: %s", error)
            if isinstance(error, SlackApiError) and _code(error) in NO_PICTURES:
                self._picture = None

    async def _begin(self, message: OutboxMessage, notice: Notice) -> Ticket:
        return await asyncio.to_thread(self._tickets.begin, message.channel, notice.conversation, self._clock.now())

    async def _edit(self, ticket: Ticket, notice: Notice) -> None:
        channel, timestamp = _parts(ticket)
        await self._client.chat_update(channel=channel, ts=timestamp, **root(notice))

    async def _reply(self, ticket: Ticket, notice: Notice) -> None:
        channel, timestamp = _parts(ticket)
        loud = notice.stage in ("escalated", "reopened")
        await self._client.chat_postMessage(
            channel=channel, thread_ts=timestamp, **_quietly(reply(notice)), reply_broadcast=loud
        )

    async def _has_reply(self, ticket: Ticket, notice: Notice) -> bool:
        channel, timestamp = _parts(ticket)
        found = await self._read(
            self._client.conversations_replies, channel=channel, ts=timestamp, limit=PAGE, include_all_metadata=True
        )
        return any(_is(one, notice, "reply") for one in found)

    async def _lost(self, place: str, notice: Notice, begun: Ticket) -> str | None:
        """The root message of an attempt whose answer did not come."""
        channel = await self._id_of(place)
        if channel is None:
            return None
        found = await self._read(
            self._client.conversations_history,
            channel=channel,
            oldest=str(begun.begun_at.timestamp() - LOOKED_BACK_S),
            limit=PAGE,
            include_all_metadata=True,
        )
        return next((f"{channel}:{one['ts']}" for one in found if _is(one, notice, "root")), None)

    async def _id_of(self, place: str) -> str | None:
        if not place.startswith("#"):
            return place
        listed = await self._read(self._client.conversations_list, limit=1000, exclude_archived=True, key="channels")
        return next((str(one["id"]) for one in listed if one["name"] == place[1:]), None)

    async def _read(self, ask: Any, key: str = "messages", **arguments: Any) -> list[Json]:
        """Nothing where the token may not read: then there is nothing to find."""
        try:
            answer = await ask(**arguments)
        except SlackApiError as error:
            if _code(error) in UNREADABLE:
                return []
            raise
        return list(answer[key])

    async def _save(self, ticket: Ticket) -> None:
        await asyncio.to_thread(self._tickets.save, ticket)


def slack_client(token: str, url: str, timeout_s: float) -> AsyncWebClient:
    """The official client without its own retries: the outbox decides when to try again."""
    return AsyncWebClient(token=token, base_url=url, timeout=max(1, round(timeout_s)), retry_handlers=[])


def problem(error: Exception, place: str) -> CoagentError:
    """What went wrong in coagent's terms."""
    if not isinstance(error, SlackApiError):
        return Transient(f"channel slack: no answer ({type(error).__name__}: {error})")
    code, status = _code(error), error.response.status_code
    if status == TOO_MANY or code in BUSY:
        return Transient(f"channel slack: {code}", retry_after_s=retry_after_s(error.response.headers))
    if status >= SERVER_ERROR or code in AWAY:
        return Transient(f"channel slack: Slack answers {status} {code}")
    if code in TOKEN:
        return Fatal(f"channel slack: {code}: set COAGENT_DELIVERY__SLACK_TOKEN anew, then `coagent outbox retry`")
    hints = {
        "channel_not_found": "no such channel for this token: correct its name, or invite the bot",
        "not_in_channel": "invite the bot to it",
        "is_archived": "the channel is archived: name another one",
        "missing_scope": "the token lacks a right: it needs chat:write",
    }
    return Fatal(f"channel slack: {place}: {code}: {hints.get(code, 'look it up in the API reference')}")


def _quietly(message: Json) -> Json:
    return {**message, "unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}


def _is(message: Json, notice: Notice, part: str) -> bool:
    known = message.get("metadata") or {}
    payload = known.get("event_payload") or {}
    wanted = (notice.conversation, part) if part == "root" else (notice.conversation, part, notice.revision)
    found = (payload.get("conversation"), payload.get("part"), payload.get("revision"))
    return known.get("event_type") == EVENT and found[: len(wanted)] == wanted


def _code(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error", "unknown")) if isinstance(data, dict) else "unknown"


def _parts(ticket: Ticket) -> tuple[str, str]:
    channel, _, timestamp = (ticket.ref or "").partition(":")
    return channel, timestamp


async def check(client: AsyncWebClient, place: str) -> str:
    """Whether the token is good, without sending anything; raises as `send` does."""
    try:
        answer = await client.auth_test()
    except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        raise problem(error, place) from error
    scopes = {name.lower(): value for name, value in answer.headers.items()}.get(SCOPES)
    lacks = scopes is not None and SCOPE not in scopes.replace(" ", "").split(",")
    pictures = f", without pictures: the token lacks {SCOPE}" if lacks else ""
    return f"{answer['user']} in {answer['team']}, to {place}{pictures}"
