"""Parts that carry a change, and its money."""

import msgspec
import pytest

from coagent.confirm.affected import cost
from coagent.domain.candidate import CostEvidence

EVIDENCE = CostEvidence(
    requests_per_day=100.0, priced_share=0.8,
    n_before=30, mean_before_usd=0.02, sd_before_usd=0.01, n_after=20, mean_after_usd=0.01, sd_after_usd=0.004,
)  # fmt: skip


def test_what_is_saved_is_negative_and_has_an_interval():
    found = cost(EVIDENCE)

    assert found is not None
    assert found.usd_per_day == pytest.approx(-1.0)
    assert found.low == pytest.approx(-1.41, abs=0.01)
    assert found.high == pytest.approx(-0.59, abs=0.01)
    assert (found.requests_per_day, found.priced_share) == (100.0, 0.8)


@pytest.mark.parametrize("side", ["before", "after"])
def test_too_few_prices_are_no_amount(side):
    found = cost(msgspec.structs.replace(EVIDENCE, **{f"n_{side}": 1, f"sd_{side}_usd": None}))

    assert found is not None
    assert (found.usd_per_day, found.low, found.high) == (None, None, None)


def test_equal_prices_have_no_width():
    found = cost(msgspec.structs.replace(EVIDENCE, sd_before_usd=0.0, sd_after_usd=0.0))

    assert found is not None
    assert found.low == found.usd_per_day == found.high


def test_unmeasured_is_unknown():
    assert cost(None) is None
