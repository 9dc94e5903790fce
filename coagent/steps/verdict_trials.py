"""Starts the trial of each opportunity when it is approved, and stops it when it is not any more."""

import msgspec

from coagent.domain.verdict import Trial
from coagent.ports import Clock, Decisions, VerdictStore
from coagent.verdict.figures import verdict_of
from coagent.verdict.opportunity_trial import opportunity_trial
from coagent.verdict.state import begun


class TrialsStep:
    """The same decisions give the same trials: running it again changes nothing."""

    def __init__(self, decisions: Decisions, store: VerdictStore, clock: Clock) -> None:
        self._decisions = decisions
        self._store = store
        self._clock = clock

    def run(self) -> int:
        """How many were started or stopped. Blocks; raises Transient where the database is away."""
        known = self._decisions.known()
        approved = [trial for one in known if (trial := opportunity_trial(one)) is not None]
        started = sum(self._start(one) for one in approved)
        left = {one.opportunity_id for one in approved}
        running = [trial for trial, _ in self._store.running() if trial.opportunity_id]
        return started + sum(self._stop(one) for one in running if one.opportunity_id not in left)

    def _start(self, trial: Trial) -> bool:
        """Whether it is new: it begins now. An approval so old that its trial would be over starts none."""
        now = self._clock.now()
        if trial.ends_at <= now:
            return False
        new = msgspec.structs.replace(trial, since=max(trial.since, now))
        return self._store.add(verdict_of(new, begun(new)))

    def _stop(self, trial: Trial) -> bool:
        return self._store.end(trial.id, "coagent", "its opportunity is not approved any more", self._clock.now())
