"""What was measured of one fleet, backlog or live."""

from statistics import median

import msgspec

from coagent.bench.intake.measurement import Measurement
from coagent.bench.pipeline.plan import Fleet, Live


class Look(msgspec.Struct, frozen=True):
    """Messages that wait for a process, the age of the oldest request that no rollup counts, and the memory of all
    processes, proportional.
    """

    ingest_lag: int
    worker_lag: int
    rollup_late_s: float
    memory_mb: float


class BacklogMeasured(msgspec.Struct, frozen=True, kw_only=True):
    """`coagent`: processor time of ingest and workers together, from the first record until all are counted.
    `rivals` on the same records; None: what it needs is not installed. Sizes at the end.
    """

    fleet: Fleet
    records: int
    workers: int
    load: float
    broker: str
    coagent: Measurement
    cpu_s: dict[str, float]
    memory_mb: dict[str, float]
    changelog_bytes: int
    rivals: dict[str, Measurement | None] = {}


class LiveMeasured(msgspec.Struct, frozen=True, kw_only=True):
    """`cpu_s` and `memory_mb` (proportional, at the end) by process while requests came; `drain_s` from the last
    request until all were counted, None where they were not in time; `load` as the system's average over a minute.
    `rollup_ages_s`: from a request to the rollup that counts it, of what was sent together; `candidate_ages_s`: from
    the request that raised it to the candidate, of each stream that changed; `changelog_bytes` of states.
    """

    live: Live
    per_s: float
    load: float
    broker: str
    sent: int
    counted: int
    rollups: int
    drain_s: float | None
    cpu_s: dict[str, float]
    memory_mb: dict[str, float]
    rollup_ages_s: list[float]
    candidate_ages_s: list[float]
    changelog_bytes: int
    looks: list[Look]

    @property
    def memory_growth(self) -> float | None:
        """Memory in the last quarter of the time over that in the second one, medians; None of less than four looks."""
        quarter = len(self.looks) // 4
        if not quarter:
            return None
        second, last = (
            median(look.memory_mb for look in part)
            for part in (self.looks[quarter : 2 * quarter], self.looks[-quarter:])
        )
        return last / second


class PipelineMeasured(msgspec.Struct, frozen=True, kw_only=True):
    """`two_workers`: with one and with two, None where that was not asked for."""

    chief: Fleet
    backlogs: list[BacklogMeasured]
    lives: list[LiveMeasured]
    two_workers: BacklogMeasured | None = None

    def backlog_of(self, fleet: Fleet) -> BacklogMeasured:
        return next(one for one in self.backlogs if one.fleet == fleet)
