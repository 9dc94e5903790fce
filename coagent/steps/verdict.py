"""Counts the requests of running trials, and reports those that have ended.

It runs where the agent does, alone: both requests of a pair may lie in different partitions, so one process reads all
of them, and only while a trial runs. State and positions are saved together, every few seconds: what a crash leaves
unsaved is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.batch import Batch
from coagent.domain.verdict import Trial, Verdict
from coagent.narrate.insights import plain_insight
from coagent.ports import Clock, InsightStore, RequestLog, VerdictStore
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import TrialState, begun, decode, encode, with_batch

AT_ONCE = 100
ROUNDS = 50
"""Reads in a run at most: then others have their turn."""

SAVE_EVERY = timedelta(seconds=5)
"""As a worker's checkpoints: a state takes up to 1 MB. What decides a trial is saved at once."""


@dataclass(slots=True)
class _Counting:
    """A running trial as counted so far. `saved`: the bytes in the store, None before the first."""

    trial: Trial
    state: TrialState
    saved: bytes | None
    newest: Verdict | None = None

    @property
    def is_over(self) -> bool:
        return self.newest is not None and self.newest.status != "running"

    def take(self, batches: Sequence[tuple[str, int, Batch | None]]) -> None:
        """Up to the batch that decides."""
        for partition, offset, batch in batches:
            if self.is_over:
                return
            self.state = with_batch(self.state, self.trial, batch, (partition, offset))
            self.newest = verdict_of(self.trial, self.state)


class VerdictStep:
    """Ends a trial where its evidence decides, or where its time is over. The same batches give the same verdict."""

    def __init__(self, store: VerdictStore, requests: RequestLog, insights: InsightStore, clock: Clock) -> None:
        self._store = store
        self._requests = requests
        self._insights = insights
        self._clock = clock
        self._counting: dict[str, _Counting] = {}
        self._saved_at: datetime | None = None

    def run(self) -> int:
        """How many verdicts are reported. Blocks; raises Transient where Kafka or the store is away."""
        before, self._counting = self._counting, {}  # so that after an error all goes on from what is saved
        counting = {trial.id: _known(before.get(trial.id), trial, state) for trial, state in self._store.running()}
        if counting:
            self._begin(counting, is_new=not set(counting) <= set(before))
            self._count(counting)
            self._save_overdue(counting)
        else:
            self._requests.close()
        self._counting = counting
        return self._report()

    def _begin(self, counting: Mapping[str, _Counting], *, is_new: bool) -> None:
        """From where all of them have read; a trial that is new may have to begin further back."""
        if is_new:
            self._requests.close()
        self._requests.begin(
            _common([one.state.positions for one in counting.values()]),
            min(one.trial.since for one in counting.values()),
        )

    def _count(self, counting: dict[str, _Counting]) -> None:
        for _ in range(ROUNDS):
            batches = self._requests.read()
            for one in counting.values():
                one.take(batches)
            self._save(counting)
            if not batches or not counting:
                return

    def _save(self, counting: dict[str, _Counting]) -> None:
        """All that is new, where one is over or it is time; those that are over are gone then."""
        now, over = self._clock.now(), [name for name, one in counting.items() if one.is_over]
        if not over and self._saved_at is not None and now - self._saved_at < SAVE_EVERY:
            return
        unsaved = [(one, one.newest, encode(one.state)) for one in counting.values() if one.newest is not None]
        if not unsaved:
            return
        self._store.save([(newest, state) for _, newest, state in unsaved])
        for one, _, state in unsaved:
            one.saved, one.newest = state, None
        self._saved_at = now
        for name in over:
            del counting[name]

    def _save_overdue(self, counting: Mapping[str, _Counting]) -> None:
        """Each once all that came in its time is read: under steady traffic there is always more."""
        now = self._clock.now()
        over = [
            one for one in counting.values() if one.trial.ends_at <= now and self._requests.has_read(one.trial.ends_at)
        ]
        self._store.save([(_undecided(one.trial, one.state, now), b"") for one in over])

    def _report(self) -> int:
        ended = self._store.unreported(AT_ONCE)
        for one in ended:
            insight = plain_insight(one, one.sequence, self._clock.now())
            self._insights.save_insight(insight, outbox_messages(insight))
        return len(ended)


def _known(before: _Counting | None, trial: Trial, saved: bytes | None) -> _Counting:
    """What this process has counted since it saved that; what the store says, where another one saved it."""
    if before is not None and before.saved == saved:
        before.trial = trial
        return before
    return _Counting(trial, decode(saved) if saved else begun(trial), saved)


def _undecided(trial: Trial, state: TrialState, now: datetime) -> Verdict:
    reason = "its time is over, and the evidence is too weak to certify or halt"
    return msgspec.structs.replace(
        verdict_of(trial, state), sequence=1, status="undecided", ended_at=now, reason=reason
    )


def _common(positions: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The smallest of each partition that all of them have read from."""
    shared = set.intersection(*(set(one) for one in positions))
    return {name: min(one[name] for one in positions) for name in sorted(shared)}
