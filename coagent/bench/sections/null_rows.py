"""How often it is wrong where nothing changed."""

from collections import Counter

import msgspec

from coagent.bench.progress import Track
from coagent.bench.simulator.changes import NULL
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.traffic import PATTERNS
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher
from coagent.domain.shift import Shift

BATCH_ROWS = 2_048
LEAST_RUN_LENGTH = 1e6


class NullRows(msgspec.Struct, frozen=True, kw_only=True):
    """`told` counts shifts by family as they were last told, `pages` those that woke anybody ever; per 100,000 rows
    of all segments together. `places`: seed, traffic and row of each alarm, to look at it again.
    """

    traffic: str
    run_length: float
    segments: int
    rows: int
    alarms: int
    alarms_per_100k: float
    told: dict[str, int]
    pages: int
    pages_per_100k: float
    places: list[str]


def null_rows(sizes: Sizes, track: Track[int]) -> list[NullRows]:
    """One result a pattern of traffic, which the segments take in turn, then one for all; the month is these rows."""
    run_length = max(LEAST_RUN_LENGTH, float(sizes.null_rows))
    by_pattern: dict[str, list[Watcher]] = {traffic.name: [] for traffic in PATTERNS}
    places: dict[str, list[str]] = {traffic.name: [] for traffic in PATTERNS}
    rows = sizes.null_rows // sizes.null_segments
    for number in track(range(sizes.null_segments), f"{sizes.null_rows:,} null rows"):
        traffic, seed = PATTERNS[number % len(PATTERNS)], sizes.seeds[0] + number
        watcher = Watcher(run_length)
        for batch in Fleet(change=NULL, traffic=traffic, rows_before=rows, rows_after=0, seed=seed).batches(BATCH_ROWS):
            watcher.feed(batch)
        watcher.states.clear()
        by_pattern[traffic.name].append(watcher)
        places[traffic.name] += [f"seed {seed}, row {one.ordinal}: {', '.join(one.signals)}" for one in watcher.alarms]
    found = [_counted(name, run_length, rows, some, places[name]) for name, some in by_pattern.items() if some]
    everything = [watcher for some in by_pattern.values() for watcher in some]
    return [*found, _counted("all", run_length, rows, everything, [])]


def _counted(name: str, run_length: float, rows: int, watchers: list[Watcher], places: list[str]) -> NullRows:
    total, alarms = rows * len(watchers), sum(len(one.alarms) for one in watchers)
    told: Counter[str] = Counter()
    for watcher in watchers:
        told += Counter(shift.cause.family for shift in last_told(watcher.told).values())
    pages = sum(len({shift.id for shift in one.pages}) for one in watchers)
    return NullRows(
        traffic=name,
        run_length=run_length,
        segments=len(watchers),
        rows=total,
        alarms=alarms,
        alarms_per_100k=1e5 * alarms / total,
        told=dict(told),
        pages=pages,
        pages_per_100k=1e5 * pages / total,
        places=places,
    )


def last_told(told: list[Shift]) -> dict[str, Shift]:
    """The newest telling of each shift."""
    return {shift.id: shift for shift in told}
