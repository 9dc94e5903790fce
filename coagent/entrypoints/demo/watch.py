"""Listens to the public topics while the demo runs."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.record import Undecodable
from coagent.adapters.kafka.tail import Tail
from coagent.domain.errors import Transient
from coagent.domain.insight import Insight
from coagent.domain.shift import Shift
from coagent.domain.topics import INSIGHTS, SHIFTS

Event = Shift | Insight


class Watch:
    """Shifts and insights of the watched endpoints, as published on Kafka."""

    def __init__(self, endpoints: set[str], on_news: Callable[[Event], None]) -> None:
        self._endpoints, self._on_news = endpoints, on_news
        self._shifts: dict[str, Shift] = {}
        self._insights: dict[str, Insight] = {}
        self._ended = asyncio.Event()

    def shifts(self, endpoint: str) -> list[Shift]:
        """Of each shift the state that first paged, else the newest; raised when that family was first reported."""
        return [shift for shift in list(self._shifts.values()) if shift.segment.endpoint == endpoint]

    def insight(self, subject_id: str) -> Insight | None:
        """Newest insight about a shift."""
        return self._insights.get(subject_id)

    async def run(self, connection: KafkaConnection) -> None:
        """Until `end`; the reader is closed only between two reads."""
        tail = await self._open(connection)
        while not self._ended.is_set():
            for message in await asyncio.to_thread(tail.read, 0.2):
                with suppress(Undecodable):  # somebody else's message is no news of ours
                    self._take(decode_event(message.value(), message.headers()))
        tail.close()

    @retry(retry=retry_if_exception_type(Transient), stop=stop_after_delay(30), wait=wait_fixed(0.5), reraise=True)
    async def _open(self, connection: KafkaConnection) -> Tail:
        return await asyncio.to_thread(Tail, connection, (SHIFTS, INSIGHTS), from_beginning=True)

    def end(self) -> None:
        """Let `run` return."""
        self._ended.set()

    def _take(self, event: object) -> None:
        if isinstance(event, Shift) and event.segment.endpoint in self._endpoints:
            self._take_shift(event)
        if isinstance(event, Insight) and event.segment.endpoint in self._endpoints:
            self._take_insight(event)

    def _take_shift(self, shift: Shift) -> None:
        known = self._shifts.get(shift.id)
        if known is None or not known.page:
            is_same = known is not None and known.cause.family == shift.cause.family
            self._shifts[shift.id] = replace(shift, raised=known.raised) if known and is_same else shift
        if known is None or (shift.page and not known.page):
            self._on_news(shift)

    def _take_insight(self, insight: Insight) -> None:
        known = self._insights.get(insight.subject_id)
        self._insights[insight.subject_id] = insight
        if known is None:
            self._on_news(insight)
