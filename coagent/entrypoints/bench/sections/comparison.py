"""Everybody on the same lone signal: tuned to the same rate of false alarms, and over all their settings."""

from collections.abc import Sequence

import msgspec

from coagent.entrypoints.bench.progress import Track
from coagent.entrypoints.bench.rivals.all_rivals import RIVALS
from coagent.entrypoints.bench.rivals.rival import Rival
from coagent.entrypoints.bench.sections.quantiles import quantile
from coagent.entrypoints.bench.simulator.changes import Change, location, partial, rate, spread
from coagent.entrypoints.bench.simulator.fleet import Fleet
from coagent.entrypoints.bench.simulator.rows import Columns
from coagent.entrypoints.bench.simulator.traffic import IID, PATTERNS, Traffic
from coagent.entrypoints.bench.sizes import TUNING_SEEDS, Sizes

TARGET_PER_100K = 1.0
CHANGES = (location(0.5), location(1.0), spread(1.5), rate(0.01, 0.04), partial(3.0, 0.16))
NULL_PATTERNS = tuple(traffic for traffic in PATTERNS if traffic.shares.get("logprob") or traffic is IID)
QUIET = (location(0.0), rate(0.01, 0.01))
"""A continuous and a rare binary signal in which nothing changes: a detector may be at home in one kind alone."""


class Found(msgspec.Struct, frozen=True):
    """Delays of first alarms in rows; None where that quantile found nothing in the rows there were."""

    change: str
    runs: int
    recall: float
    median: float | None
    p90: float | None


class Setting(msgspec.Struct, frozen=True):
    """A point of a detector's trade-off. `tuning_per_100k` is its rate of false alarms on the tuning seeds, the others
    are on the report seeds, by pattern of traffic.
    """

    knob: float
    null_rows: int
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


def comparison(sizes: Sizes, track: Track[tuple[Rival, float]]) -> list[Compared]:
    """All detectors, all their settings. Tuned on independent rows alone, which flatters those that need them."""
    chosen = [rival for rival in RIVALS if sizes.slow_streams or not rival.slow]
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
    return Setting(
        knob=knob,
        null_rows=len(QUIET) * streams * sizes.compared_null_rows,
        tuning_per_100k=_rate(sizes, rival, knob, IID, TUNING_SEEDS[:streams]),
        false_alarms_per_100k={one.name: _rate(sizes, rival, knob, one, seeds) for one in patterns},
        found=[_found(sizes, rival, knob, change) for change in CHANGES],
    )


def _rate(sizes: Sizes, rival: Rival, knob: float, traffic: Traffic, seeds: Sequence[int]) -> float:
    rows = sizes.compared_null_rows
    streams = [(_columns(quiet, traffic, rows, 0, seed), quiet.signal) for quiet in QUIET for seed in seeds]
    alarms = sum(1 for columns, signal in streams for _ in rival.alarms(columns, signal, knob))
    return 1e5 * alarms / (rows * len(streams))


def _found(sizes: Sizes, rival: Rival, knob: float, change: Change) -> Found:
    seeds = sizes.seeds[: sizes.slow_seeds] if rival.slow else sizes.seeds
    delays = [_delay(sizes, rival, knob, change, seed) for seed in seeds]
    recall = sum(one is not None for one in delays) / len(delays)
    return Found(change.name, len(delays), recall, quantile(delays, 0.5), quantile(delays, 0.9))


def _delay(sizes: Sizes, rival: Rival, knob: float, change: Change, seed: int) -> int | None:
    before = sizes.compared_before
    columns = _columns(change, IID, before, sizes.compared_after, seed)
    late = (row - before + 1 for row in rival.alarms(columns, change.signal, knob) if row >= before)
    return next(late, None)


def _columns(change: Change, traffic: Traffic, before: int, after: int, seed: int) -> Columns:
    fleet = Fleet(change=change, traffic=traffic, rows_before=before, rows_after=after, seed=seed, lone=True)
    return fleet.columns(0)
