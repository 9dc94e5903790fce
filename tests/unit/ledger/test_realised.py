"""The split is exact, and a change of the mix is no saving."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coagent.domain.decision import KnownOpportunity, OpportunityDecision
from coagent.domain.saving import CellUsage
from coagent.ledger.realised import NOTHING, split
from coagent.ledger.savings import savings
from tests.contract.samples import opportunity

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
APPROVED = FIRST + 28 * DAY


def cell(name: str, requests: int, cost: float | str | None, tokens: int | None = None) -> CellUsage:
    usd = None if cost is None else Decimal(str(cost))
    return CellUsage(
        cell=(name,), requests=requests, priced=requests if usd is not None else 0, cost_usd=usd, tokens=tokens
    )


def by_cell(*cells: CellUsage) -> dict[tuple[str | None, ...], CellUsage]:
    return {one.cell: one for one in cells}


def test_a_dearer_mix_is_no_loss_and_more_work_is_none():
    before = by_cell(cell("cheap", 1000, 10, 100_000), cell("dear", 1000, 100, 100_000))
    found = split(before, 10, [cell("cheap", 50, "0.5", 5000), cell("dear", 350, 35, 35_000)])
    assert (Decimal(0), Decimal("35.5")) == (found.realised_usd, found.cost_usd)
    assert (Decimal(11), Decimal("13.5")) == (found.volume_usd, found.mix_usd)


def test_fewer_tokens_and_a_lower_price_are_told_apart():
    before = by_cell(cell("a", 100, 10, 10_000))
    assert split(before, 1, [cell("a", 100, 5, 5_000)])[3:6] == (Decimal(5), Decimal(5), Decimal(0))
    assert split(before, 1, [cell("a", 100, 5, 10_000)])[3:6] == (Decimal(5), Decimal(0), Decimal(5))


def test_what_is_unknown_stays_unknown():
    before = by_cell(cell("a", 100, 10, 10_000), cell("b", 5, None))
    assert split(before, 1, [cell("b", 5, 1)]) == NOTHING
    assert split(before, 1, [cell("a", 5, None)]) == NOTHING
    assert split({}, 0, [cell("a", 5, 1)]) == NOTHING
    found = split(before, 1, [cell("a", 10, "0.5", None), cell("new", 7, 1, 100)])
    assert (10, Decimal("0.5"), Decimal("0.5"), None, None) == (found.compared, *found[1:2], *found[3:6])


counts = st.integers(1, 5000)
usages = st.lists(st.tuples(st.sampled_from("abc"), counts, st.integers(1, 10**6), counts), min_size=1, max_size=3)


@given(usages, usages, st.integers(1, 28))
def test_the_parts_add_up(before: list, now: list, days: int):
    cells = by_cell(*(cell(name, n, Decimal(cost) / 1000, tokens) for name, n, cost, tokens in before))
    today = list(by_cell(*(cell(name, n, Decimal(cost) / 1000, tokens) for name, n, cost, tokens in now)).values())
    found = split(cells, days, today)
    if found.compared == 0:
        return
    assert found.cost_usd is not None
    assert found.expected_cost_usd is not None
    assert found.realised_usd == found.expected_cost_usd - found.cost_usd
    assert float(found.tokens_usd + found.price_usd) == pytest.approx(float(found.realised_usd), abs=1e-6)
    average = sum(one.cost_usd for one in cells.values()) / days
    total = found.volume_usd + found.mix_usd - found.realised_usd
    assert float(total) == pytest.approx(float(found.cost_usd - average), rel=1e-9, abs=1e-6)


def known(status: str = "approved") -> KnownOpportunity:
    found = opportunity()
    decided = OpportunityDecision(
        id="w", opportunity_id=found.id, kind="approve", by="ann", via="cli", at=APPROVED + DAY / 3, until=None,
        reason="", sequence=1, promised_usd=Decimal(30),
    )  # fmt: skip
    said = decided if status == "approved" else None
    return KnownOpportunity(opportunity=found, sequence=1, status=status, found_at=APPROVED, decided=said)


def days(count: int, cost_after: float) -> dict[datetime, list[CellUsage]]:
    return {
        FIRST + number * DAY: [cell("a", 100, 10 if number <= 28 else cost_after, 10_000)] for number in range(count)
    }


def test_the_ledger_begins_on_the_day_after_the_approval():
    rows = savings(known(), days(31, 9), APPROVED + 3 * DAY)
    assert [(APPROVED + DAY, Decimal(1), Decimal(1)), (APPROVED + 2 * DAY, Decimal(1), Decimal(1))] == [
        (row.day, row.realised_usd, row.promised_usd) for row in rows
    ]


def test_nobody_approved_it_and_it_was_done_all_the_same():
    promised = opportunity().monthly_savings_usd.expected / 30
    done, too_little = float(10 - promised), float(10 - promised / 3)
    end = APPROVED + 4 * DAY
    assert ["seen"] * 3 == [row.basis for row in savings(known("open"), days(32, done), end)]
    assert [] == savings(known("open"), days(32, too_little), end)
    assert [] == savings(known("open"), days(31, done), end - DAY)
