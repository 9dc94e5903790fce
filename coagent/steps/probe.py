"""Runs one probe: asks within the day's budget, keeps every answer at once, and says what a finished batch means."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from coagent.domain.errors import Transient
from coagent.domain.probe import Probe, ProbeOutcome, ProbeResult, outcome_id
from coagent.domain.probe_call import Answer, Ask
from coagent.domain.probe_state import ProbeState, Work
from coagent.domain.probe_words import control_words
from coagent.domain.shift import Shift
from coagent.ports import Clock, ProbeEndpoint, ProbeStore
from coagent.probe.canary import Canary, canary_count, cosine, passes
from coagent.probe.cost import actual, most
from coagent.probe.log_probabilities import WINDOW_LOOKS
from coagent.probe.passive import joined, shift_of
from coagent.probe.plan import Got, begun, next_asks, take, total_asks
from coagent.probe.threshold import threshold
from coagent.probe.verdict import Verdict, verdict

SOON = timedelta(minutes=1)
"""To learn an endpoint anew."""
RETRY = timedelta(hours=1)
"""After a day's budget is used up, or calls failed in the set-up."""
DAY_S = 86_400.0
log = logging.getLogger(__name__)
Vectors = list[list[float] | None]
Progress = Callable[[str, int, int], None]
"""Stage, calls made, calls of the stage at most."""


class ProbeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`usd_per_day` bounds all probes together. `at_once`: calls under way to one endpoint."""

    usd_per_day: Decimal
    every_s: float
    look_every_s: float
    at_once: int
    false_alarms_per_month: float


class BudgetUsed(Transient):
    """The day's budget does not allow the next calls."""


class ProbeStep:
    """`endpoint` opens what a probe asks, `canaries` reads its file, `shifts` are the open ones."""

    def __init__(
        self,
        *,
        store: ProbeStore,
        shifts: Callable[[], Sequence[Shift]],
        endpoint: Callable[[Probe], ProbeEndpoint],
        canaries: Callable[[Probe], list[Canary]],
        limits: ProbeLimits,
        clock: Clock,
    ) -> None:
        self._store, self._shifts, self._endpoint, self._canaries = store, shifts, endpoint, canaries
        self._limits, self._clock = limits, clock

    async def run(self, probe: Probe, progress: Progress = lambda *_: None) -> ProbeOutcome | None:
        """The outcome of a batch; None where only the set-up, or a look within a day, is done. Nothing is lost where it
        is stopped. Raises BudgetUsed, Transient, Fatal where its key or file is missing.
        """
        canaries = await asyncio.to_thread(self._canaries, probe)
        endpoint = self._endpoint(probe)
        try:
            return await _Run(self, probe, endpoint, canaries, progress).to_the_end()
        except BudgetUsed:
            state = await asyncio.to_thread(self._store.state, probe.name)
            await asyncio.to_thread(self._store.save_state, probe.name, state, self._clock.now() + RETRY)
            raise
        finally:
            await endpoint.close()

    def interval(self, state: ProbeState) -> timedelta:
        """Until the next batch."""
        is_hourly = state.method == "log_probabilities"
        return timedelta(seconds=self._limits.look_every_s if is_hourly else self._limits.every_s)

    def threshold(self) -> float:
        """Of all probes alike. Blocks."""
        states = [self._store.state(probe.name) for probe, _ in self._store.probes()]
        per_day = sum(DAY_S / self._judged_every_s(one) for one in states)
        return threshold(per_day, self._limits.false_alarms_per_month)

    def _judged_every_s(self, state: ProbeState) -> float:
        """A window of looks is judged once it is full."""
        looks = self._limits.look_every_s * WINDOW_LOOKS
        return looks if state.method == "log_probabilities" else self._limits.every_s

    async def reserved(self, probe: Probe, asks: Sequence[Ask], dearest_usd: Decimal, at: datetime) -> Decimal:
        """US dollars, written down before anything is asked. Raises BudgetUsed."""
        usd, limit = most(probe, asks, dearest_usd), self._limits.usd_per_day
        if not await asyncio.to_thread(self._store.reserve, at, usd, limit):
            raise BudgetUsed(
                f"probe {probe.name}: the next calls may cost {usd:.6f} USD, and the day's budget of {limit} USD "
                "(COAGENT_PROBES__USD_PER_DAY) does not allow it: it goes on tomorrow"
            )
        return usd

    @property
    def parts(self) -> tuple[ProbeStore, Clock, ProbeLimits]:
        return self._store, self._clock, self._limits

    def open_shift(self, probe: Probe) -> Shift | None:
        return shift_of(probe, self._shifts())


class _Run:
    def __init__(
        self, step: ProbeStep, probe: Probe, endpoint: ProbeEndpoint, canaries: list[Canary], progress: Progress
    ) -> None:
        self._step, self._probe, self._endpoint, self._canaries = step, probe, endpoint, canaries
        self._progress = progress
        self._store, self._clock, self._limits = step.parts

    async def to_the_end(self) -> ProbeOutcome | None:
        state = await asyncio.to_thread(self._store.state, self._probe.name)
        while True:
            done = await self._calls(begun(state, self._clock.now()))
            found = await asyncio.to_thread(self._verdict, done)
            if found.result is not None:
                return await asyncio.to_thread(self._finish, done, found)
            state = found.state
            await asyncio.to_thread(self._store.save_state, self._probe.name, state, self._next(state))
            if state.stage == "watch":
                return None

    def _verdict(self, done: ProbeState) -> Verdict:
        return verdict(done, self._step.threshold())

    async def _calls(self, state: ProbeState) -> ProbeState:
        """With all that its stage asks, kept after every few calls."""
        total = total_asks(state, self._canaries)
        while asks := next_asks(state, self._canaries, self._limits.at_once * 4):
            state = await self._asked(state, asks)
            await asyncio.to_thread(self._store.save_state, self._probe.name, state)
            self._progress(state.stage, state.work.calls if state.work else 0, total)
        return state

    async def _asked(self, state: ProbeState, asks: list[Ask]) -> ProbeState:
        """The reservation stands where this process is killed before it knows the cost. What was paid for is kept
        before it is checked.
        """
        at = self._clock.now()
        reserved = await self._step.reserved(self._probe, asks, state.dearest_usd, at)
        places = asyncio.Semaphore(self._limits.at_once)
        answers = await asyncio.gather(*(self._one(ask, places) for ask in asks))
        got = list(zip(asks, answers, strict=True))
        cost = sum((actual(self._probe, *one) for one in got), Decimal(0))
        await asyncio.to_thread(self._store.settle, at, reserved, cost)
        taken = take(state, self._probe, got)
        await asyncio.to_thread(self._store.save_state, self._probe.name, taken)
        return await self._checked(taken, got)

    async def _one(self, ask: Ask, places: asyncio.Semaphore) -> Answer:
        async with places:
            return await self._endpoint.ask(ask)

    async def _checked(self, state: ProbeState, got: Got) -> ProbeState:
        """With the canaries among them; one that cannot be checked is left out."""
        own = {one.name: one for one in self._canaries}
        for ask, answer in got:
            if ask.messages is not None:
                state = await self._with_check(state, own[ask.place], answer)
        return state

    async def _with_check(self, state: ProbeState, canary: Canary, answer: Answer) -> ProbeState:
        work, (near, cost) = state.work or Work(began_at=self._clock.now()), await self._cosine(canary, answer, state)
        found = passes(canary, answer, near)
        known = {} if found is None else {canary.name: found}
        work = msgspec.structs.replace(work, canaries=work.canaries | known, cost_usd=work.cost_usd + cost)
        return msgspec.structs.replace(state, work=work)

    async def _cosine(self, canary: Canary, answer: Answer, state: ProbeState) -> tuple[float | None, Decimal]:
        """And what it cost, in US dollars; None where there is none or the day's budget does not allow it."""
        if canary.similar is None or not answer.text:
            return None, Decimal(0)
        asks = [Ask(place=canary.name, text=text) for text in (canary.similar.text, answer.text)]
        try:
            made, cost = await self._embedded(canary.similar.model, asks, state.dearest_usd)
        except BudgetUsed:
            log.warning("canary %s is not checked: the day's budget does not allow its embeddings", canary.name)
            return None, Decimal(0)
        return cosine(*made), cost

    async def _embedded(self, model: str, asks: list[Ask], dearest_usd: Decimal) -> tuple[Vectors, Decimal]:
        """At the most that their text can cost at the probe's prices, for an embedding's cost is not said. Raises
        BudgetUsed.
        """
        at = self._clock.now()
        reserved = await self._step.reserved(self._probe, asks, dearest_usd, at)
        made = [await self._endpoint.embed(model, one.text) for one in asks]
        cost = most(self._probe, asks, Decimal(0))
        await asyncio.to_thread(self._store.settle, at, reserved, cost)
        return made, cost

    def _finish(self, done: ProbeState, found: Verdict) -> ProbeOutcome:
        outcome = self._outcome(done, found)
        is_anew = found.state.epoch > done.epoch
        due = self._clock.now() + SOON if is_anew else self._next(found.state)
        self._store.save_outcome(found.state, outcome, due)
        return outcome

    def _next(self, state: ProbeState) -> datetime:
        return self._clock.now() + self._step.interval(state)

    def _outcome(self, done: ProbeState, found: Verdict) -> ProbeOutcome:
        work, result = done.work or Work(began_at=self._clock.now()), found.result or "cannot_tell"
        shift, control = self._step.open_shift(self._probe), self._control()
        has_evidence = found.log10_evidence is not None
        return ProbeOutcome(
            id=outcome_id(self._probe.name, found.state.batch),
            sequence=1,
            probe=self._probe.name,
            segment=self._probe.segment,
            batch=found.state.batch,
            began_at=work.began_at,
            at=self._clock.now(),
            method=done.method,
            result=result,
            because=[*found.because, *control_words(result, control, self._probe.control)],
            proofs=found.proofs,
            log10_evidence=found.log10_evidence,
            log10_threshold=math.log10(self._step.threshold()) if has_evidence else None,
            asked=work.calls,
            failed=work.failed,
            cost_usd=work.cost_usd,
            control=control,
            canaries=canary_count(work.canaries, done.canaries_before),
            passive=joined(result, work.began_at, shift),
            shift_id=shift.id if shift else None,
        )

    def _control(self) -> ProbeResult | None:
        """What the same model said elsewhere within the last two batches."""
        since = self._clock.now() - timedelta(seconds=2 * self._limits.every_s)
        other = self._store.newest(since).get(self._probe.control or "")
        return None if other is None else other.result
