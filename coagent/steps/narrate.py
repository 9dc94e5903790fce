"""Writes what waits: shifts, silences and opportunities become insights, stored with the messages they owe."""

import asyncio
import logging

from coagent.domain.errors import Transient
from coagent.domain.notice import Word
from coagent.domain.subject import Waiting
from coagent.narrate.kinds import kind_of
from coagent.narrate.narrator import Narrator
from coagent.ports import Clock, InsightStore, SilenceStore

AT_ONCE = 16
"""Subjects written side by side: a server such as vLLM batches them."""

log = logging.getLogger(__name__)


class NarrateStep:
    """The plain insight goes out first; where there is a model it arranges it anew, and that takes its place."""

    def __init__(self, store: InsightStore, silences: SilenceStore, narrator: Narrator, clock: Clock) -> None:
        self._store = store
        self._silences = silences
        self._narrator = narrator
        self._clock = clock

    async def run(self) -> int:
        """How many plain insights were stored, shifts first. Raises Transient where the store is away; all that could
        be written has been stored then.
        """
        waiting = await asyncio.to_thread(self._store.claim_subjects, 0, AT_ONCE, self._clock.now())
        silences = await asyncio.to_thread(self._silences.unreported_silences, AT_ONCE)
        waiting += [Waiting(silence, silence.sequence) for silence in silences]
        ends = await asyncio.gather(*(self._write(one) for one in waiting), return_exceptions=True)
        return _stored(ends)

    async def rewrite(self) -> int:
        """How many insights the model has arranged anew, or has failed to for good. What it failed at for now waits
        behind the others.
        """
        if not self._narrator.rewrites:
            return 0
        claimed = await asyncio.to_thread(self._store.claim_subjects, 1, AT_ONCE, self._clock.now())
        waiting = [one for one in claimed if kind_of(one.subject).rewritten]
        return sum(await asyncio.gather(*(self._rewrite(one) for one in waiting)))

    async def resume(self, word: Word) -> None:
        """Takes up what waits for this word. Idempotent. Raises Transient."""
        await self._narrator.resume(word)

    async def _write(self, waiting: Waiting) -> None:
        try:
            insight = await self._narrator.write(waiting)
            log.info("%s", insight.title, extra={insight.kind: insight.subject_id, "insight": insight.id})
        except BaseException:
            if not kind_of(waiting.subject).has_own_id:
                await asyncio.to_thread(self._store.put_back, waiting, self._clock.now())
            raise

    async def _rewrite(self, waiting: Waiting) -> bool:
        try:
            await self._narrator.write(waiting)
        except Exception as trouble:  # noqa: BLE001  one subject never holds up another
            log.warning("%s stays as code wrote it for now: %s", waiting.subject.id, _reason(trouble))
            await self._narrator.forget(waiting)
            await asyncio.to_thread(self._store.put_back, waiting, self._clock.now())
            return False
        return True


def _reason(trouble: Exception) -> str:
    return str(trouble) if isinstance(trouble, Transient) else f"{type(trouble).__name__}: {trouble}"


def _stored(ends: list[BaseException | None]) -> int:
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return len(ends)
