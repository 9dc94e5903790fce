"""Whether the promise holds: measured rows to a false alarm, over those that were promised."""

import msgspec
from scipy.stats import chi2

from coagent.bench.progress import Track
from coagent.bench.simulator.changes import NULL
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.traffic import PATTERNS, Traffic
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher

BATCH_ROWS = 512


class Promise(msgspec.Struct, frozen=True):
    """`measured` is all rows over all events (None: there was none), `ratio` that over what is promised, between `low`
    and `high` with 95 % (Garwood 1936; None: without bound).
    """

    events: int
    measured: float | None
    ratio: float | None
    low: float
    high: float | None

    @classmethod
    def of(cls, rows: int, events: int, promised: float) -> "Promise":
        """`events` in so many rows."""
        return cls(
            events=events,
            measured=rows / events if events else None,
            ratio=rows / events / promised if events else None,
            low=2 * rows / float(chi2.ppf(0.975, 2 * events + 2)) / promised,
            high=2 * rows / float(chi2.ppf(0.025, 2 * events)) / promised if events else None,
        )


class RunLength(msgspec.Struct, frozen=True, kw_only=True):
    """Streams end at their first alarm, which is followed until it is settled: so `pages` come from first alarms too,
    and their run length is at least what is said.
    """

    traffic: str
    promised: float
    streams: int
    rows: int
    alarms: Promise
    pages: Promise


class _Stream(msgspec.Struct, frozen=True):
    rows: int
    alarmed: bool
    paged: bool


def run_lengths(sizes: Sizes, track: Track[Traffic]) -> list[RunLength]:
    """In each pattern of traffic, all signals of a segment together."""
    return [_measured(sizes, traffic) for traffic in track(PATTERNS, "run lengths")]


def _measured(sizes: Sizes, traffic: Traffic) -> RunLength:
    seeds = range(sizes.seeds[0], sizes.seeds[0] + sizes.run_length_streams)
    streams = [_to_alarm(sizes, traffic, seed) for seed in seeds]
    rows = sum(one.rows for one in streams)
    return RunLength(
        traffic=traffic.name,
        promised=sizes.run_length,
        streams=len(streams),
        rows=rows,
        alarms=Promise.of(rows, sum(one.alarmed for one in streams), sizes.run_length),
        pages=Promise.of(rows, sum(one.paged for one in streams), sizes.run_length),
    )


def _to_alarm(sizes: Sizes, traffic: Traffic, seed: int) -> _Stream:
    watcher = Watcher(sizes.run_length)
    fleet = Fleet(change=NULL, traffic=traffic, rows_before=sizes.run_length_rows, rows_after=0, seed=seed)
    watcher.feed_until_settled(fleet.batches(BATCH_ROWS))
    if not watcher.alarms:
        return _Stream(sizes.run_length_rows, alarmed=False, paged=False)
    until_next = watcher.alarms[1].ordinal if len(watcher.alarms) > 1 else sizes.run_length_rows
    paged = any(one.onset.ordinal < until_next for one in watcher.pages)
    return _Stream(watcher.alarms[0].ordinal + 1, alarmed=True, paged=paged)
