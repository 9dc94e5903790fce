"""Simulated companies: planted waste is found with its true size in the range, lean ones have next to none."""

from decimal import Decimal

import pytest

from tools.company import advised, holds, named, spend_usd
from tools.company_jobs import lean, wasteful
from tools.company_traffic import traffic

SEEDS = range(100, 120)
LEAN_SEEDS = range(100, 110)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 40 s on an idle machine
def test_planted_waste_is_found_and_its_size_is_in_the_range() -> None:
    held: list[bool] = []
    for seed in SEEDS:
        company = wasteful(seed)
        rollups = list(traffic(company.jobs, seed))
        found = advised(rollups)
        held += [holds(one, named(one, found)) for one in company.planted]
        money = [one.monthly_savings_usd for one in found]
        assert sum(one.high for one in money) <= spend_usd(rollups) + Decimal("0.01") * len(money)
        assert all(one.low <= one.expected <= one.high for one in money)
    assert sum(held) >= 0.9 * len(held)


@pytest.mark.slow
def test_lean_companies_have_next_to_nothing_to_save() -> None:
    assert sum(len(advised(traffic(lean(seed).jobs, seed))) for seed in LEAN_SEEDS) <= 1


def test_one_company() -> None:
    """Quick: a single seed, by kind."""
    company = wasteful(0)
    found = advised(traffic(company.jobs, 0))
    assert [one.kind for one in company.planted if not holds(one, named(one, found))] == []
    assert advised(traffic(company.jobs, 0)) == found
