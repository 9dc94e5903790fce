"""Counts the requests of running trials, and reports those that have ended.

It runs where the agent does, alone: both requests of a pair may lie in different partitions, so one process reads all
of them, and only while a trial runs. State and positions are saved together: what a crash leaves unsaved is read again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

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

States = dict[str, tuple[Trial, TrialState]]


class VerdictStep:
    """Ends a trial where its evidence decides, or where its time is over. The same batches give the same verdict."""

    def __init__(self, store: VerdictStore, requests: RequestLog, insights: InsightStore, clock: Clock) -> None:
        self._store = store
        self._requests = requests
        self._insights = insights
        self._clock = clock
        self._counted: set[str] = set()

    def run(self) -> int:
        """How many verdicts are reported. Blocks; raises Transient where Kafka or the store is away."""
        running = self._store.running()
        states = {trial.id: (trial, decode(state) if state else begun(trial)) for trial, state in running}
        if states:
            self._count(states)
        else:
            self._requests.close()
        return self._report()

    def _count(self, states: States) -> None:
        self._begin(states)
        for _ in range(ROUNDS):
            batches = self._requests.read()
            if not batches:
                break
            self._store.save([self._counted_in(states, name, batches) for name in list(states)])
            if not states:
                return
        self._save_overdue(states)

    def _begin(self, states: States) -> None:
        """From where all of them have read; a trial that is new may have to begin further back."""
        if not set(states) <= self._counted:
            self._requests.close()
        self._counted = set(states)
        self._requests.begin(
            _common([state.positions for _, state in states.values()]), min(trial.since for trial, _ in states.values())
        )

    def _counted_in(
        self, states: States, name: str, batches: Sequence[tuple[str, int, Batch | None]]
    ) -> tuple[Verdict, bytes]:
        """With the batches up to the one that decides."""
        trial, state = states[name]
        for partition, offset, batch in batches:
            state = with_batch(state, trial, batch, (partition, offset))
            found = verdict_of(trial, state)
            if found.status != "running":
                del states[name]
                return found, encode(state)
        states[name] = (trial, state)
        return found, encode(state)

    def _save_overdue(self, states: States) -> None:
        """Each once all that came in its time is read: under steady traffic there is always more."""
        now = self._clock.now()
        over = [one for one in states.values() if one[0].ends_at <= now and self._requests.has_read(one[0].ends_at)]
        self._store.save([(_undecided(trial, state, now), b"") for trial, state in over])

    def _report(self) -> int:
        ended = self._store.unreported(AT_ONCE)
        for one in ended:
            insight = plain_insight(one, one.sequence, self._clock.now())
            self._insights.save_insight(insight, outbox_messages(insight))
        return len(ended)


def _undecided(trial: Trial, state: TrialState, now: datetime) -> Verdict:
    reason = "its time is over, and the evidence is too weak to certify or halt"
    return msgspec.structs.replace(
        verdict_of(trial, state), sequence=1, status="undecided", ended_at=now, reason=reason
    )


def _common(positions: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The smallest of each partition that all of them have read from."""
    shared = set.intersection(*(set(one) for one in positions))
    return {name: min(one[name] for one in positions) for name in sorted(shared)}
