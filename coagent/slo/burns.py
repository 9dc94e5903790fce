"""Burns: the life of a finding out of one status after the other."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from coagent.domain.slo import Burn, BurnRate, SloStatus, burn_id

QUIET = timedelta(minutes=15)
"""A burn is over when no window has fired for so long: fires that come and go are one finding (convention)."""
DOUBLED = 2.0


def burns(statuses: Iterable[SloStatus], known: Mapping[str, Burn], now: datetime) -> list[Burn]:
    """Those that are new or changed. `known`: the open burn of each SLO by its name."""
    by_name = {one.slo.name: one for one in statuses}
    gone = [_ended(burn, now) for name, burn in known.items() if name not in by_name]
    changed = [_of(status, known.get(name), now) for name, status in by_name.items()]
    return [*gone, *(one for one in changed if one is not None)]


def _of(status: SloStatus, known: Burn | None, now: datetime) -> Burn | None:
    firing = status.burning
    if known is None:
        return _opened(status, firing, now) if firing else None
    if firing:
        return _going_on(known, status, firing, now)
    return _ended(known, now) if now - known.last_fired_at >= QUIET else None


def _opened(status: SloStatus, firing: list[BurnRate], now: datetime) -> Burn:
    pages = any(one.window.page for one in firing)
    return Burn(
        id=burn_id(status.slo.name, now),
        sequence=1,
        segment=status.slo.match.segment,
        slo=status.slo,
        status="open",
        page=pages,
        began_at=now,
        last_fired_at=now,
        last_paging_at=now if pages else None,
        ended_at=None,
        fastest=_fastest(firing),
        budget_left=status.budget_left,
        exhausted_at=status.exhausted_at,
    )


def _going_on(known: Burn, status: SloStatus, firing: list[BurnRate], now: datetime) -> Burn:
    """What people read changes where it pages now or no longer, or burns twice as fast; the rest stays as shown."""
    paging_at = now if any(one.window.page for one in firing) else known.last_paging_at
    seen = replace(known, last_fired_at=now, last_paging_at=paging_at)
    pages, fastest = paging_at is not None and now - paging_at < QUIET, _fastest(firing)
    if (pages, status.slo) == (known.page, known.slo) and not _is_faster(fastest, known.fastest):
        return seen
    return replace(
        seen,
        sequence=known.sequence + 1,
        slo=status.slo,
        page=pages,
        fastest=fastest,
        budget_left=status.budget_left,
        exhausted_at=status.exhausted_at,
    )


def _ended(known: Burn, now: datetime) -> Burn:
    return replace(known, sequence=known.sequence + 1, status="recovered", ended_at=now)


def _fastest(firing: list[BurnRate]) -> BurnRate:
    return max(firing, key=lambda one: (one.window.page, one.long_rate or 0.0))


def _is_faster(now: BurnRate, before: BurnRate) -> bool:
    return (now.long_rate or 0.0) >= DOUBLED * (before.long_rate or 0.0)
