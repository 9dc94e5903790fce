"""What the pipeline has to reach, declared here alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from coagent.bench.pipeline.figures import shares, times
from coagent.bench.pipeline.measured import BacklogMeasured, LiveMeasured, PipelineMeasured

TIMES_FAUST, TIMES_FAUST_ALONE, TIMES_QUIX = 10.0, 3.0, 1.0
OF_CEILING = {10: 0.25, 1_000: 0.15}
"""By the number of segments."""
MOST_COST, OF_MANY, OF_FEW = 3.0, 10_000, 10
ROLLUP_WITHIN_S, CANDIDATE_WITHIN_S, MOST_CORES, MOST_CHANGELOG = 10.0, 2.0, 1.0, 2e6
MOST_GROWTH = 1.1
"""Of memory while requests come for long."""
BUSY_PER_S = 50.0
"""Requests of a segment a second, from which on a candidate's age is judged."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`measured` is None where nothing came that shows it."""

    name: str
    least: bool
    bound: float
    measured: float | None

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.least else self.measured <= self.bound


def goals(measured: PipelineMeasured) -> list[Goal]:
    """All that the plan measured."""
    found = [goal for one in measured.backlogs for goal in _of_backlog(one)]
    found += [goal for one in measured.lives for goal in _of_live(one)]
    return [*found, *_cost(measured.backlogs)]


def _of_backlog(one: BacklogMeasured) -> Iterator[Goal]:
    of, alone = f"{one.fleet.accounts:,} on {one.fleet.streams:,}", one.fleet.accounts == one.fleet.streams
    yield Goal(
        f"{of}: times Faust", True, TIMES_FAUST_ALONE if alone else TIMES_FAUST, times(one, "baseline_faust_river")
    )
    if alone:
        return
    yield Goal(f"{of}: times Quix", True, TIMES_QUIX, times(one, "quix_river"))
    if one.fleet.accounts in OF_CEILING:
        yield Goal(f"{of}: of bare consumer", True, OF_CEILING[one.fleet.accounts], times(one, "ceiling"))


def _cost(backlogs: list[BacklogMeasured]) -> Iterator[Goal]:
    shared = [one for one in backlogs if one.fleet.streams < one.fleet.accounts]
    rates = {one.fleet.accounts: one.coagent.records_per_cpu_s for one in shared}
    if {OF_FEW, OF_MANY} <= rates.keys():
        yield Goal(f"cost of a row, {OF_MANY:,} to {OF_FEW} segments", False, MOST_COST, rates[OF_FEW] / rates[OF_MANY])


def _of_live(one: LiveMeasured) -> Iterator[Goal]:
    of = f"live {one.live.accounts:,} at {one.per_s:,.0f}/s"
    yield Goal(f"{of}: rollup p95, s", False, ROLLUP_WITHIN_S, _p95(one.rollup_ages_s))
    if one.live.is_soak:
        yield Goal(f"{of}: not counted once", False, 0.0, abs(one.sent - one.counted))
        yield Goal(f"{of}: memory, last quarter to second", False, MOST_GROWTH, one.memory_growth)
    if one.live.per_s is None:
        return
    yield Goal(f"{of}: cores", False, MOST_CORES, sum(one.cpu_s.values()) / one.live.seconds)
    yield Goal(f"{of}: changelog, bytes/s", False, MOST_CHANGELOG, one.changelog_bytes / one.live.seconds)
    if one.per_s / one.live.accounts >= BUSY_PER_S:
        yield Goal(f"{of}: candidate p95, s", False, CANDIDATE_WITHIN_S, _p95(one.candidate_ages_s))


def _p95(values: list[float]) -> float | None:
    found = shares(values)
    return None if found is None else found[1]
