"""How often it is wrong where nothing changed: alarms, and what is left of them after confirming."""

import msgspec

from coagent.bench.progress import Track
from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.null_streams import NULL_STREAMS, NullStream
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher
from coagent.domain.batch import Source
from coagent.domain.segment import Segment

LENGTHS = (400, 2_000, 20_000)
"""Rows of whole streams: references of every length up to there."""
RUN_LENGTH = 1e6
BATCH_ROWS = 1_024
SEGMENT = Segment("simulated", "alias")
MILLION = 1e6


class Null(msgspec.Struct, frozen=True, kw_only=True):
    """A million rows: `alarms` raised, `reported` shifts of the provider, the client or an unknown cause, `pages`.
    `places`: seed and row of each page, to look at it again.
    """

    pattern: str
    stream_rows: int
    rows: int
    alarms: float
    reported: float
    pages: float
    places: list[str]


def nulls(sizes: Sizes, track: Track[tuple[NullStream, int]]) -> list[Null]:
    plan = [(one, length) for one in NULL_STREAMS for length in LENGTHS if length <= sizes.longest_null]
    return [_null(one, length, sizes) for one, length in track(plan, "nothing changed")]


def _null(pattern: NullStream, length: int, sizes: Sizes) -> Null:
    seeds = range(sizes.seeds[0], sizes.seeds[0] + max(sizes.null_rows // length, 1))
    watchers = [(seed, _watched(pattern, seed, length)) for seed in seeds]
    rows = length * len(watchers)
    paged = [(seed, shift) for seed, one in watchers for shift in one.latest if one.was_paged(shift)]
    reported = sum(shift.cause.family != "traffic" for _, one in watchers for shift in one.latest)
    return Null(
        pattern=pattern.name,
        stream_rows=length,
        rows=rows,
        alarms=MILLION * sum(len(one.alarms) for _, one in watchers) / rows,
        reported=MILLION * reported / rows,
        pages=MILLION * len(paged) / rows,
        places=[f"seed {seed}, row {shift.raised.ordinal}: {shift.cause.kind}" for seed, shift in paged],
    )


def _watched(pattern: NullStream, seed: int, length: int) -> Watcher:
    watcher = Watcher(RUN_LENGTH)
    source = Source("simulated", f"{pattern.name}-{seed}", 0)
    for batch in batches(pattern.columns(seed, length), SEGMENT, source, BATCH_ROWS):
        watcher.feed(batch)
    watcher.states.clear()
    return watcher
