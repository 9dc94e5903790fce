"""The ledger of one opportunity: each day since it was approved, or since its change is seen in traffic."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from coagent.domain.decision import KnownOpportunity
from coagent.domain.money import usd
from coagent.domain.saving import Basis, CellUsage, Saving
from coagent.ledger.realised import split

DAY = timedelta(days=1)
BASELINE = timedelta(days=28)
"""Four whole weeks before: each weekday as often."""
MONTH_DAYS = 30
SEEN_DAYS = 3
SEEN_SHARE = Decimal("0.5")
"""Nobody approved it, yet on so many whole days in a row at least half of what is promised was saved: it was done."""

Days = Mapping[datetime, Sequence[CellUsage]]


class _Base(NamedTuple):
    """What days are compared with: sums of so many days by cell."""

    basis: Basis
    since: datetime
    cells: Mapping[tuple[str | None, ...], CellUsage]
    days: int


def begin_of(known: KnownOpportunity) -> datetime:
    """Midnight before the day on which the change was approved, else on which it was found."""
    at = known.decided.at if known.status == "approved" and known.decided else known.found_at
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def savings(known: KnownOpportunity, days: Days, complete_until: datetime) -> list[Saving]:
    """Rows of the days after that day, in their order. `days`: usage by day, from the baseline's first day on. Of an
    opportunity that nobody approved: none, until its change is seen.
    """
    begin = begin_of(known)
    before = {day: cells for day, cells in days.items() if begin - BASELINE <= day < begin}
    basis: Basis = "approved" if known.status == "approved" else "seen"
    base = _Base(basis, begin, _summed(before), len(before))
    rows = [_row(known, base, day, days[day]) for day in sorted(days) if day > begin]
    return rows if basis == "approved" or _is_seen(rows, complete_until) else []


def _is_seen(rows: Sequence[Saving], complete_until: datetime) -> bool:
    whole = [one for one in rows if one.day + DAY <= complete_until][-SEEN_DAYS:]
    return len(whole) == SEEN_DAYS and all(
        one.realised_usd is not None and one.promised_usd > 0 and one.realised_usd >= SEEN_SHARE * one.promised_usd
        for one in whole
    )


def _row(known: KnownOpportunity, base: _Base, day: datetime, cells: Sequence[CellUsage]) -> Saving:
    found = split(base.cells, base.days, cells)
    return Saving(
        opportunity_id=known.opportunity.id,
        day=day,
        basis=base.basis,
        since=base.since,
        requests=sum(one.requests for one in cells),
        requests_compared=found.compared,
        promised_usd=_promised(known),
        cost_usd=found.cost_usd,
        expected_cost_usd=found.expected_cost_usd,
        realised_usd=found.realised_usd,
        tokens_usd=found.tokens_usd,
        price_usd=found.price_usd,
        volume_usd=found.volume_usd,
        mix_usd=found.mix_usd,
    )


def _promised(known: KnownOpportunity) -> Decimal:
    """A day, as promised when it was approved."""
    approved = known.status == "approved" and known.decided is not None
    month = known.decided.promised_usd if approved and known.decided else known.opportunity.monthly_savings_usd.expected
    return usd(month / MONTH_DAYS) or Decimal(0)


def _summed(days: Days) -> dict[tuple[str | None, ...], CellUsage]:
    """By cell, over all days."""
    total: dict[tuple[str | None, ...], CellUsage] = {}
    for cells in days.values():
        for one in cells:
            total[one.cell] = total[one.cell].plus(one) if one.cell in total else one
    return total
