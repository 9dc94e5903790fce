"""Whether the promise holds: the chance of a false alarm within T exchangeable rows is at most T / A. Improvements page
nobody; those of rates may be false 100 times as often, and are not counted.
"""

import msgspec
from scipy.stats import beta

from coagent.bench.progress import Track
from coagent.bench.simulator.changes import NULL
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.traffic import IID
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher

RUN_LENGTH = 1_000.0
"""A: small, so that there is something to count."""
LENGTHS = (200, 500)
TENANTS = (1, 5)
BATCH_ROWS = 256


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Of `streams` with so many rows, `alarmed` did; `low` and `high` bound that share with 95 % (Clopper-Pearson)."""

    tenants: int
    rows: int
    streams: int
    alarmed: float
    low: float
    high: float
    promised: float


def promises(sizes: Sizes, track: Track[int]) -> list[Promise]:
    """Independent rows of all signals together, refusals and other ties among them."""
    found = []
    for tenants in TENANTS:
        seeds = track(range(sizes.seeds[0], sizes.seeds[0] + sizes.promise_streams), f"promise, {tenants} tenants")
        first = [_first_alarm(tenants, seed) for seed in seeds]
        found += [_promise(rows, tenants, first) for rows in LENGTHS]
    return found


def _first_alarm(tenants: int, seed: int) -> int:
    watcher = Watcher(RUN_LENGTH)
    rows = LENGTHS[-1] // tenants
    fleet = Fleet(change=NULL, traffic=IID, rows_before=rows, rows_after=0, seed=seed, tenants=tenants)
    for batch in fleet.batches(BATCH_ROWS):
        watcher.feed(batch)
        if watcher.not_better:
            return min(watcher.not_better.values())
    return LENGTHS[-1]


def _promise(rows: int, tenants: int, first: list[int]) -> Promise:
    count, alarmed = len(first), sum(one < rows for one in first)
    return Promise(
        tenants=tenants,
        rows=rows,
        streams=count,
        alarmed=alarmed / count,
        low=float(beta.ppf(0.025, alarmed, count - alarmed + 1)) if alarmed else 0.0,
        high=float(beta.ppf(0.975, alarmed + 1, count - alarmed)) if alarmed < count else 1.0,
        promised=rows / RUN_LENGTH,
    )
