"""What docs/prices.md says is there: fields, reasons, tiers, its example."""

import re
from pathlib import Path
from typing import get_args

import pytest

from coagent.domain.report import WhyUnpriced
from coagent.domain.service_tier import BATCH, KNOWN, PREPAID, tier_of
from coagent.ingest.pricing import cost_columns
from coagent.ingest.pricing.price_overrides import PriceOverride, read_price_overrides

DOC = (Path(__file__).parents[3] / "docs" / "prices.md").read_text()


def first_cells(heading):
    """Names in the first column of the table under a heading."""
    part = DOC.split(heading, 1)[1].split("\n## ", 1)[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for name in re.findall("`([^`]+)`", row)}


def test_every_field_of_a_price_is_described():
    assert first_cells("## Your own prices") - {"field"} == set(PriceOverride.__struct_fields__) - {"provider", "model"}


def test_every_reason_is_described():
    assert first_cells("## When a cost is unknown") - {"why"} == set(get_args(WhyUnpriced))
    for noted in (cost_columns.BILLED_ZERO, cost_columns.BILLED_DIFFERS):
        assert f"`{noted.reason}`" in DOC


@pytest.mark.parametrize("name", ["default", "standard", "auto", "on_demand"])
def test_names_of_the_standard_tier(name):
    assert tier_of(name) is None


def test_every_tier_is_described():
    named = first_cells("## Where a list price comes from")
    assert KNOWN <= named
    assert {tier_of(name) for name in named} == KNOWN | {None, PREPAID}
    assert BATCH in KNOWN


def test_the_example_is_read():
    example = re.search("```yaml\n(.*?)```", DOC, re.DOTALL).group(1).encode()
    standard, batch = read_price_overrides(example, "prices.yaml")
    assert (standard.cached_input_usd_per_mtok, batch.service_tier) == (0.02, "batch")
