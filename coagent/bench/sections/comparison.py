"""Everybody on the same lone signal: tuned to the same rate of false alarms, and over all their settings."""

import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from coagent.bench.progress import Track
from coagent.bench.rivals.all_rivals import rivals
from coagent.bench.rivals.rival import Rival
from coagent.bench.sections.quantiles import quantile
from coagent.bench.simulator.changes import Change, location, partial, rate, spread
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.limit import lorden
from coagent.bench.simulator.rows import Columns
from coagent.bench.simulator.traffic import IID, PATTERNS, Traffic
from coagent.bench.sizes import TUNING_SEEDS, Sizes

TARGET_PER_100K = 1.0
MICRO = 1e6
CHANGES = (location(0.5), location(1.0), spread(1.5), rate(0.01, 0.04), partial(3.0, 0.16))
NULL_PATTERNS = tuple(traffic for traffic in PATTERNS if traffic.shares.get("logprob") or traffic is IID)
QUIET = (location(0.0), rate(0.01, 0.01))
"""A continuous and a rare binary signal in which nothing changes: a detector may be at home in one kind alone."""


class Found(msgspec.Struct, frozen=True):
    """Delays of first alarms in rows; None where that quantile found nothing in the rows there were. `lorden` is
    the limit in rows for the target rate of false alarms (None: not known) and `ratio` the median over it.
    """

    change: str
    runs: int
    recall: float
    median: float | None
    p90: float | None
    lorden: float | None
    ratio: float | None


class Setting(msgspec.Struct, frozen=True):
    """A point of a detector's trade-off. `tuning_per_100k` is its rate of false alarms on the tuning seeds, the others
    are on the report seeds, by pattern of traffic. `us_per_row`: microseconds of processor time a row of the signal.
    """

    knob: float
    null_rows: int
    us_per_row: float
    tuning_per_100k: float
    false_alarms_per_100k: dict[str, float]
    found: list[Found]


class Compared(msgspec.Struct, frozen=True):
    """`tuned` is the place in `settings` of the most sensitive one within the target on the tuning seeds; None where
    none is.
    """

    name: str
    target_per_100k: float
    tuned: int | None
    settings: list[Setting]

    @property
    def chosen(self) -> Setting:
        """The tuned one, else the least sensitive."""
        return self.settings[-1 if self.tuned is None else self.tuned]

    @property
    def label(self) -> str:
        """Its name, which says where it could not be tuned."""
        return self.name if self.tuned is not None else f"{self.name} (untuned)"


def comparison(sizes: Sizes, track: Track[tuple[Rival, float]]) -> list[Compared]:
    """All detectors, all their settings. Tuned on independent rows alone, which flatters those that need them."""
    chosen = [rival for rival in rivals() if sizes.slow_streams or not rival.slow]
    plan = [(rival, knob) for rival in chosen for knob in rival.knobs]
    settings = {(rival.name, knob): _setting(sizes, rival, knob) for rival, knob in track(plan, "comparison")}
    return [_compared(rival, [settings[rival.name, knob] for knob in rival.knobs]) for rival in chosen]


def _compared(rival: Rival, settings: list[Setting]) -> Compared:
    within = [place for place, one in enumerate(settings) if one.tuning_per_100k <= TARGET_PER_100K]
    return Compared(rival.name, TARGET_PER_100K, within[0] if within else None, settings)


def _setting(sizes: Sizes, rival: Rival, knob: float) -> Setting:
    streams = sizes.slow_streams if rival.slow else sizes.compared_streams
    patterns = NULL_PATTERNS[:1] if rival.slow else NULL_PATTERNS
    seeds = range(sizes.seeds[0], sizes.seeds[0] + streams)
    tuning = _quiet(sizes, rival, knob, IID, TUNING_SEEDS[:streams])  # first, for it may compile
    quiet = {one.name: _quiet(sizes, rival, knob, one, seeds) for one in patterns}
    return Setting(
        knob=knob,
        null_rows=quiet[IID.name].rows,
        us_per_row=MICRO * quiet[IID.name].busy_s / quiet[IID.name].rows,
        tuning_per_100k=tuning.per_100k,
        false_alarms_per_100k={name: one.per_100k for name, one in quiet.items()},
        found=[_found(sizes, rival, knob, change) for change in CHANGES],
    )


class _Quiet(NamedTuple):
    """Rows without a change, alarms in them, and the processor's seconds."""

    rows: int
    alarms: int
    busy_s: float

    @property
    def per_100k(self) -> float:
        return 1e5 * self.alarms / self.rows


def _quiet(sizes: Sizes, rival: Rival, knob: float, traffic: Traffic, seeds: Sequence[int]) -> _Quiet:
    rows = sizes.compared_null_rows
    streams = [(_columns(quiet, traffic, rows, 0, seed), quiet.signal) for quiet in QUIET for seed in seeds]
    start = time.process_time()
    alarms = sum(1 for columns, signal in streams for _ in rival.alarms(columns, signal, knob))
    return _Quiet(rows * len(streams), alarms, time.process_time() - start)


def _found(sizes: Sizes, rival: Rival, knob: float, change: Change) -> Found:
    seeds = sizes.seeds[: sizes.slow_seeds] if rival.slow else sizes.seeds
    delays = [_delay(sizes, rival, knob, change, seed) for seed in seeds]
    recall = sum(one is not None for one in delays) / len(delays)
    median = quantile(delays, 0.5)
    limit = lorden(1e5 / TARGET_PER_100K, change.kl) if change.kl else None
    ratio = median / limit if median is not None and limit else None
    return Found(change.name, len(delays), recall, median, quantile(delays, 0.9), limit, ratio)


def _delay(sizes: Sizes, rival: Rival, knob: float, change: Change, seed: int) -> int | None:
    before = sizes.compared_before
    columns = _columns(change, IID, before, sizes.compared_after, seed)
    late = (row - before + 1 for row in rival.alarms(columns, change.signal, knob) if row >= before)
    return next(late, None)


def _columns(change: Change, traffic: Traffic, before: int, after: int, seed: int) -> Columns:
    fleet = Fleet(change=change, traffic=traffic, rows_before=before, rows_after=after, seed=seed, lone=True)
    return fleet.columns(0)
