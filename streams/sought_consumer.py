"""Faust's consumer, with every partition sought when a worker begins."""

from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP


class SoughtConsumer(Consumer):
    """Faust seeks a partition to its committed offset, and leaves it where it is without one. What it fetched of such a
    partition while it recovered its tables it has thrown away by then: nobody would read it again.
    """

    async def perform_seek(self) -> None:
        await super().perform_seek()
        changelogs = self.app.tables.changelog_topics
        fresh = [tp for tp in self.assignment() if tp.topic not in changelogs and self._read_offset.get(tp) is None]
        if fresh:
            for place, offset in (await self.earliest_offsets(*fresh)).items():
                await self.seek(TP(*place), offset)
