"""What all trackers share: an issue a conversation, edited in place, closed and opened; what is new is a comment."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec.structs import replace

from coagent.adapters.notify.notice import notice_of
from coagent.domain.conversation import Answer, Ticket
from coagent.domain.errors import Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice
from coagent.ports import Clock, Tickets

SETTLED = timedelta(seconds=60)
"""A list may lag behind a write: only after so long is "not there" believed."""
LOOKED_BACK = timedelta(minutes=10)
NO_COMMENT = ("opened", "digest", "test")
"""Stages whose news is the new issue itself."""


class Issue(msgspec.Struct, frozen=True):
    """`ref` names it for good, also where it was moved to."""

    ref: str
    url: str
    is_open: bool


class Issues(Protocol):
    """One tracker's API. Each call raises Transient (with `retry_after_s` where the tracker asks for it) or Fatal."""

    @property
    def channel(self) -> str: ...
    @property
    def pace_s(self) -> float: ...

    async def get(self, ref: str) -> Issue | None:
        """None where it was deleted."""
        ...

    async def create(self, place: str, notice: Notice) -> Issue: ...

    async def find(self, place: str, notice: Notice, since: datetime) -> Issue | None:
        """The conversation's issue among those made since, found by its marker; the oldest where there are several."""
        ...

    async def edit(self, issue: Issue, notice: Notice) -> None: ...
    async def comment(self, issue: Issue, notice: Notice) -> None: ...
    async def has_comment(self, issue: Issue, notice: Notice) -> bool: ...
    async def set_open(self, issue: Issue, is_open: bool) -> None: ...

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:
        """Comments since then of those who may decide, and who closed it, None while it is open."""
        ...


class TrackerNotifier:
    """Its own table says which issue is whose. An issue whose answer was lost is found again by its marker, and none
    is made before the tracker's list has had time to show it. What a person closed stays closed until it comes again.
    """

    at_once = 1

    def __init__(self, issues: Issues, place: str, tickets: Tickets, clock: Clock) -> None:
        self._issues = issues
        self._place = place
        self._tickets = tickets
        self._clock = clock

    @property
    def channel(self) -> str:
        return self._issues.channel

    @property
    def pace_s(self) -> float:
        return self._issues.pace_s

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:
        """For the step that polls."""
        return await self._issues.answers(ref, since)

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        ticket = await asyncio.to_thread(self._tickets.get, message.channel, notice.conversation)
        issue = await self._issues.get(ticket.ref) if ticket and ticket.ref else None
        is_first = issue is None
        if issue is None:
            issue = await self._made(message, notice, ticket)
        await self._update(notice, issue, is_first=is_first, again=message.attempts > 1)
        closed = notice.over or not (issue.is_open or notice.stage == "reopened")
        await self._save(message, notice, replace(issue, is_open=not closed), notice.revision)

    async def _made(self, message: OutboxMessage, notice: Notice, ticket: Ticket | None) -> Issue:
        place = message.target or self._place
        begun = ticket if ticket and ticket.ref is None else None
        issue = await self._lost(place, notice, begun) if begun else None
        if issue is None:
            issue = await self._create(message, notice, place)
        await self._save(message, notice, issue, 0)
        return issue

    async def _create(self, message: OutboxMessage, notice: Notice, place: str) -> Issue:
        await asyncio.to_thread(self._tickets.begin, message.channel, notice.conversation, self._clock.now())
        try:
            return await self._issues.create(place, notice)
        except (Fatal, Transient) as error:
            if isinstance(error, Fatal) or error.retry_after_s is not None:  # refused: nothing was made
                await asyncio.to_thread(self._tickets.forget, message.channel, notice.conversation)
            raise

    async def _lost(self, place: str, notice: Notice, begun: Ticket) -> Issue | None:
        """The issue of an attempt whose answer did not come; raises Transient while the list may still lag."""
        issue = await self._issues.find(place, notice, begun.begun_at - LOOKED_BACK)
        left = (SETTLED - (self._clock.now() - begun.begun_at)).total_seconds()
        if issue is None and left > 0:
            raise Transient(f"channel {self.channel}: {place}: an issue may be under way, next look in {left:.0f} s")
        return issue

    async def _update(self, notice: Notice, issue: Issue, *, is_first: bool, again: bool) -> None:
        if not is_first:
            await self._issues.edit(issue, notice)
        is_news = not notice.is_silent and not (is_first and notice.stage in NO_COMMENT)
        if is_news and not (again and await self._issues.has_comment(issue, notice)):
            await self._issues.comment(issue, notice)
        if notice.over and issue.is_open:
            await self._issues.set_open(issue, False)
        if notice.stage == "reopened" and not issue.is_open:
            await self._issues.set_open(issue, True)

    async def _save(self, message: OutboxMessage, notice: Notice, issue: Issue, revision: int) -> None:
        ticket = Ticket(
            channel=message.channel,
            conversation=notice.conversation,
            begun_at=self._clock.now(),
            ref=issue.ref,
            url=issue.url,
            revision=revision,
            closed=not issue.is_open,
        )
        await asyncio.to_thread(self._tickets.save, ticket)
