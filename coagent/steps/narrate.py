"""Tells what is untold: shifts, silences and opportunities become insights, stored with the messages they owe."""

import asyncio

from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.narrator import Narrator
from coagent.narrate.silence_text import silence_insight
from coagent.ports import Clock, InsightStore, SilenceStore

AT_ONCE = 16
"""Subjects told side by side: a server such as vLLM batches them."""


class NarrateStep:
    """A subject stays untold until insight and messages are stored in one transaction."""

    def __init__(self, store: InsightStore, silences: SilenceStore, narrator: Narrator, clock: Clock) -> None:
        self._store = store
        self._silences = silences
        self._narrator = narrator
        self._clock = clock

    async def run(self) -> int:
        """How many insights were stored, shifts first. Raises Transient where the store is away; all that could be
        told has been stored then.
        """
        shifts = [(shift, shift.sequence) for shift in await asyncio.to_thread(self._store.shifts_to_tell, AT_ONCE)]
        told = await self._tell_all(shifts) + await asyncio.to_thread(self._tell_silences)
        return told + await self._tell_all(await asyncio.to_thread(self._store.opportunities_to_tell, AT_ONCE))

    def _tell_silences(self) -> int:
        silences = self._silences.silences_to_tell(AT_ONCE)
        for silence in silences:
            insight = silence_insight(silence, self._clock.now())
            self._store.save_insight(insight, outbox_messages(insight))
        return len(silences)

    async def _tell_all(self, subjects: list[tuple[Shift, int]] | list[tuple[Opportunity, int]]) -> int:
        tellings = (self._tell(subject, sequence) for subject, sequence in subjects)
        ends = await asyncio.gather(*tellings, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(ends)

    async def _tell(self, subject: Shift | Opportunity, sequence: int) -> None:
        insight = await self._narrator.write(subject, sequence, self._clock.now())
        await asyncio.to_thread(self._store.save_insight, insight, outbox_messages(insight))
        await self._narrator.forget(insight)
