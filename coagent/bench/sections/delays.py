"""How soon planted changes are found."""

from collections.abc import Iterable, Sequence

import msgspec

from coagent.bench.progress import Track
from coagent.bench.sections.quantiles import quantile
from coagent.bench.simulator.changes import SIZED, Change, location, partial, rate
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.limit import lorden
from coagent.bench.simulator.traffic import IID, PATTERNS, Traffic
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher

RUN_LENGTH = 1e6
BATCH_ROWS = 1_024
THIN = (partial(3.0, 0.008), partial(3.0, 0.16), partial(3.0, 0.16, sticky=True))
"""Spread thin over tenants."""
FULL = (location(0.5), location(1.0), rate(0.01, 0.04), partial(3.0, 0.16))


class Delay(msgspec.Struct, frozen=True, kw_only=True):
    """Rows from the change to the first alarm and to the first page (cause included), counted in the whole fleet;
    None where that quantile was not found in the rows there were. `signals`: `lone`, or `all` that a request tells.
    `lorden` is the limit in rows (None: not known) and `ratio` the alarm's median over it; `false_alarms` came before
    the change.
    """

    change: str
    traffic: str
    signals: str
    tenants: int
    rows_before: int
    runs: int
    alarm_recall: float
    alarm_median: float | None
    alarm_p90: float | None
    page_recall: float
    page_median: float | None
    page_p90: float | None
    lorden: float | None
    ratio: float | None
    false_alarms: int


class _Run(msgspec.Struct, frozen=True):
    alarm: int | None
    page: int | None
    false_alarms: int


def delays(sizes: Sizes, track: Track[tuple[Change, Traffic, bool, int]]) -> list[Delay]:
    """Every sized change in a lone signal; some among all signals; one in each pattern of traffic; spread thin."""
    plan = [(change, IID, True, 1) for change in SIZED]
    plan += [(change, IID, False, 1) for change in FULL]
    plan += [(location(1.0), traffic, False, 1) for traffic in PATTERNS if traffic is not IID]
    plan += [(change, IID, False, sizes.tenants) for change in THIN]
    return [_delay(sizes, *one) for one in track(plan, "delays")]


def _delay(sizes: Sizes, change: Change, traffic: Traffic, lone: bool, tenants: int) -> Delay:
    thin = tenants > 1
    before, after = sizes.rows_before, max(sizes.rows_after, 2 * min(change.ramp_rows, sizes.rows_after))
    if thin:
        before, after = sizes.tenant_rows_before, sizes.tenant_rows_after
    seeds = sizes.seeds if lone else sizes.heavy
    runs = [
        _run(
            Fleet(
                change=change, traffic=traffic, rows_before=before, rows_after=after, seed=seed,
                tenants=tenants, lone=lone,
            )
        )
        for seed in seeds
    ]  # fmt: skip
    alarms, pages = [run.alarm for run in runs], [run.page for run in runs]
    limit = lorden(RUN_LENGTH, change.kl) if change.kl and traffic is IID else None
    median = quantile(alarms, 0.5)
    return Delay(
        change=change.name,
        traffic=traffic.name,
        signals="lone" if lone else "all",
        tenants=tenants,
        rows_before=before,
        runs=len(runs),
        alarm_recall=_recall(alarms),
        alarm_median=median,
        alarm_p90=quantile(alarms, 0.9),
        page_recall=_recall(pages),
        page_median=quantile(pages, 0.5),
        page_p90=quantile(pages, 0.9),
        lorden=limit,
        ratio=median / limit if limit and median else None,
        false_alarms=sum(run.false_alarms for run in runs),
    )


def _recall(delays: Sequence[int | None]) -> float:
    return sum(one is not None for one in delays) / len(delays)


def _run(fleet: Fleet) -> _Run:
    """Until the first page, or until an alarm after the change was followed to its end without one."""
    watcher = Watcher(RUN_LENGTH)
    for batch in fleet.batches(BATCH_ROWS):
        watcher.feed(batch)
        alarmed, paged = _first(_alarms(fleet, watcher)), _first(_pages(fleet, watcher))
        if paged or (alarmed and watcher.settled == len(watcher.alarms)):
            break
    every = _alarms(fleet, watcher)
    return _Run(_first(every), _first(_pages(fleet, watcher)), sum(delay <= 0 for delay in every))


def _alarms(fleet: Fleet, watcher: Watcher) -> list[int]:
    """Rows of the stream from the change to each alarm."""
    return [fleet.delay(one.ordinal) for one in watcher.alarms]


def _pages(fleet: Fleet, watcher: Watcher) -> list[int]:
    return [fleet.delay(page.updated.ordinal) for page in watcher.pages]


def _first(delays: Iterable[int]) -> int | None:
    return min((delay for delay in delays if delay > 0), default=None)
