"""How soon planted changes are found, by what makes them hard: share of a rollout, rows before, tenants."""

from collections.abc import Iterator

import msgspec

from coagent.bench.progress import Track
from coagent.bench.sections.quantiles import quantile
from coagent.bench.simulator.changes import Change, location, partial, rate
from coagent.bench.simulator.fleet import Fleet, Who
from coagent.bench.simulator.limit import lorden
from coagent.bench.simulator.traffic import IID
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher

RUN_LENGTH = 1e6
BATCH_ROWS = 512
SHARES = (1.0, 0.4, 0.16, 0.05, 0.01)
SIZE_SD = 3.0
LIMITED = (location(0.5), location(1.0), rate(0.01, 0.04))
"""Changes whose divergence is known, beside Lorden's limit."""
LONE, ALL = "one signal", "all signals"


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """Rows from the change to the first alarm, the first changed one being 1, in the rows of those it concerns; None
    where that quantile was not found in the rows there were. `rows_before` count in the whole stream. `limit`:
    Lorden's. `named`: share of the runs whose shift named the one tenant that it concerns.
    """

    change: str
    share: float
    rows_before: int
    tenants: int
    who: Who
    signals: str
    runs: int
    found: float
    median: float | None
    p90: float | None
    limit: float | None
    named: float | None
    false: int

    @property
    def over_limit(self) -> float | None:
        return self.median / self.limit if self.median and self.limit else None


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    change: Change
    before: int
    tenants: int = 1
    who: Who = "alike"
    lone: bool = True
    share: float = 1.0


def power(sizes: Sizes, track: Track[_Case]) -> list[Power]:
    return [_power(sizes, one) for one in track(list(_plan(sizes)), "planted changes")]


def _plan(sizes: Sizes) -> Iterator[_Case]:
    for tenants in (1, sizes.tenants):
        for share in SHARES:
            change = location(SIZE_SD) if share == 1 else partial(SIZE_SD, share)
            for before in sizes.power_before:
                yield _Case(change=change, before=before, tenants=tenants, share=share)
    for change in LIMITED:
        for lone in (True, False):
            yield _Case(change=change, before=sizes.limit_before, lone=lone)
    yield _Case(change=location(1.0), before=sizes.tenants_before)
    yield _Case(change=location(1.0), before=sizes.tenants_before, tenants=sizes.tenants, who="unlike")
    yield _Case(change=location(1.0), before=sizes.alone_before)
    yield _Case(change=location(1.0), before=sizes.alone_before * sizes.tenants, tenants=sizes.tenants, who="one")


def _power(sizes: Sizes, case: _Case) -> Power:
    seeds = sizes.seeds if case.lone and case.who == "alike" else sizes.heavy
    runs = [_run(_fleet(sizes, case, seed)) for seed in seeds]
    delays = [delay for delay, _, _ in runs]
    return Power(
        change=case.change.name,
        share=case.share,
        rows_before=case.before,
        tenants=case.tenants,
        who=case.who,
        signals=LONE if case.lone else ALL,
        runs=len(runs),
        found=sum(delay is not None for delay in delays) / len(delays),
        median=quantile(delays, 0.5),
        p90=quantile(delays, 0.9),
        limit=lorden(RUN_LENGTH, case.change.kl) if case.change.kl else None,
        named=sum(named for _, named, _ in runs) / len(runs) if case.who == "one" else None,
        false=sum(false for _, _, false in runs),
    )


def _fleet(sizes: Sizes, case: _Case, seed: int) -> Fleet:
    after = sizes.power_after if case.who != "one" else sizes.power_after // 4
    each = 1 if case.who == "one" else case.tenants
    return Fleet(
        change=case.change,
        traffic=IID,
        rows_before=max(case.before // case.tenants, 1),
        rows_after=max(after // each, 1),
        seed=seed,
        tenants=case.tenants,
        who=case.who,
        lone=case.lone,
    )


def _run(fleet: Fleet) -> tuple[int | None, bool, int]:
    """Rows to the first alarm after the change, whether its shift names the tenant, and alarms before it."""
    watcher = Watcher(RUN_LENGTH)
    for batch in fleet.batches(BATCH_ROWS):
        watcher.feed(batch)
        if any(fleet.delay(one) > 0 for one in watcher.alarms) and watcher.settled == len(watcher.alarms):
            break
    delays = [fleet.delay(one) for one in watcher.alarms]
    parts = [part for shift in watcher.latest for part in shift.parts if part.carries]
    named = {part.name for part in parts if part.dimension == "tenant"} == {fleet.tenant_name(0)}
    return min((one for one in delays if one > 0), default=None), named, sum(one <= 0 for one in delays)
