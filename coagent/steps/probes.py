"""Runs the probes that are due, on schedule or because of a shift, and reports what they say."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import msgspec

from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.errors import Fatal, Transient
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.narrate.insights import plain_insight
from coagent.ports import Clock, InsightStore, ProbePublisher, ProbeStore
from coagent.probe.passive import joined
from coagent.steps.probe import RETRY, ProbeStep, Progress

AT_ONCE = 100
JOINED_FOR = timedelta(days=7)
"""Telemetry may change later than the probe: a thin stream needs days."""
Alone = Callable[[str], AbstractAsyncContextManager[bool]]

log = logging.getLogger(__name__)


class ProbesStep:
    """`alone` takes a lock by name: a probe runs once at a time, in the agent or by hand."""

    def __init__(
        self,
        *,
        probe: ProbeStep,
        store: ProbeStore,
        insights: InsightStore,
        publisher: ProbePublisher,
        alone: Alone,
        clock: Clock,
    ) -> None:
        self._probe, self._store, self._insights = probe, store, insights
        self._publisher, self._alone, self._clock = publisher, alone, clock

    async def run(self) -> int:
        """How many outcomes were reported. Raises Transient where the database or Kafka is away."""
        for probe in await asyncio.to_thread(self._due):
            await self._run(probe)
        return await asyncio.to_thread(self.report)

    async def _run(self, probe: Probe) -> None:
        """One that fails stops no other."""
        try:
            await self.run_one(probe)
        except (Transient, Fatal) as problem:
            log.warning("%s", problem)
        except Exception as problem:  # noqa: BLE001  whatever it is, the next probe runs
            log.error("probe %s failed (%s): it is tried again in an hour", probe.name, place_of(problem))  # noqa: TRY400  a trace quotes prompts
            await asyncio.to_thread(self._postpone, probe)

    def _postpone(self, probe: Probe) -> None:
        self._store.save_state(probe.name, self._store.state(probe.name), self._clock.now() + RETRY)

    async def run_one(self, probe: Probe, progress: Progress = lambda *_: None) -> ProbeOutcome | None:
        """As ProbeStep.run. Raises Transient where it runs elsewhere."""
        async with self._alone(f"probe/{probe.name}") as held:
            if not held:
                raise Transient(f"probe {probe.name} runs already, in the agent or by hand: wait for it")
            return await self._probe.run(probe, progress)

    def report(self) -> int:
        """A change, and what contradicts a shift, is an insight; every outcome is published. Blocks."""
        self._join()
        waiting = self._store.unpublished(AT_ONCE)
        for one in waiting:
            if one.result == "changed" or one.passive == "contradicted":
                insight = plain_insight(one, one.sequence, self._clock.now())
                self._insights.save_insight(insight, outbox_messages(insight))
            self._publisher.publish(one)
            self._store.mark_published(one)
        return len(waiting)

    def _due(self) -> list[Probe]:
        """Controls first, so that what they say is known to those that name them. A shift does not hasten what is due
        within the hour: it may have failed just now.
        """
        now, known = self._clock.now(), self._store.probes()
        newest = self._store.newest(now - JOINED_FOR)
        soon = now + RETRY
        found = [one for one, at in known if at <= now or (at > soon and self._is_asked_for(one, newest))]
        controls = {probe.control for probe, _ in known}
        return sorted(found, key=lambda one: one.name not in controls)

    def _is_asked_for(self, probe: Probe, newest: dict[str, ProbeOutcome]) -> bool:
        """Its stream has a shift that was reported after its last batch began; of border inputs alone, for
        log-probabilities come hourly.
        """
        last, shift = newest.get(probe.name), self._probe.open_shift(probe)
        if last is None or last.method != "border" or shift is None:
            return False
        return last.began_at < shift.raised.time <= self._clock.now()

    def _join(self) -> None:
        """Newest outcomes with what the telemetry says by now; what it said once stays."""
        for probe, _ in self._store.probes():
            one = self._store.newest(self._clock.now() - JOINED_FOR).get(probe.name)
            shift = self._probe.open_shift(probe) if one else None
            if one is None or shift is None:
                continue
            passive = joined(one.result, one.began_at, shift)
            if (passive, shift.id) != (one.passive, one.shift_id) and one.passive != "confirmed":
                changed = msgspec.structs.replace(one, sequence=one.sequence + 1, passive=passive, shift_id=shift.id)
                self._store.revise(changed)


def place_of(problem: Exception) -> str:
    """Its kind and line, without its text, which may quote a prompt or an answer."""
    *_, frame = traceback.extract_tb(problem.__traceback__)
    return f"{type(problem).__name__}, {Path(frame.filename).name}:{frame.lineno}"
