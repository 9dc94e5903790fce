"""The labelled cases: real telemetry with a known change, or none, through the whole of `coagent analyze`."""

import os
from pathlib import Path

import numpy as np
import pytest

from coagent.bench.progress import untracked
from coagent.bench.sections.cases import SHIFTS, Case, cases
from coagent.settings import Settings

CASES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases"))
AT_S = 1_800_000_000.0
"""After all cases."""
FOUND_SHIFTS, FOUND_HARD = 11, 2
"""Of 13 and 3."""
MEDIAN_ROWS, NINE_OF_TEN_ROWS, PRICE_ROWS = 15, 63, 10
"""The goal of nine in ten is 60."""

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not (CASES / "cases.json").exists(), reason=f"no labelled cases at {CASES}: set COAGENT_CASES to their folder"
    ),
]


@pytest.fixture(scope="module")
def judged() -> list[Case]:
    return cases(CASES, Settings(), AT_S, untracked)


def delays(judged: list[Case]) -> list[int]:
    return [one.rows_to_alarm for one in judged if one.expect == "shift" and one.rows_to_alarm is not None]


def test_changes_at_the_provider_are_found_and_named_as_the_providers(judged: list[Case]) -> None:
    found = {kind: [one.name for one in judged if one.expect == kind and one.right] for kind in SHIFTS}
    assert len(found["shift"]) >= FOUND_SHIFTS
    assert len(found["hard"]) >= FOUND_HARD


def test_they_are_found_soon(judged: list[Case]) -> None:
    assert np.median(delays(judged)) <= MEDIAN_ROWS
    assert np.quantile(delays(judged), 0.9, method="inverted_cdf") <= NINE_OF_TEN_ROWS


def test_what_is_found_is_named_with_the_providers_family(judged: list[Case]) -> None:
    families = {one.name: one.family for one in judged if one.expect == "shift" and one.reported}
    assert {name: family for name, family in families.items() if family != "provider"} == {}


def test_where_no_provider_changed_anything_nobody_is_paged(judged: list[Case]) -> None:
    assert {one.name: one.false for one in judged if one.false} == {}


def test_improvements_never_page(judged: list[Case]) -> None:
    assert [one.name for one in judged if one.expect == "improvement" and one.paged] == []


def test_improvements_are_reported_as_such(judged: list[Case]) -> None:
    better = [one for one in judged if one.expect == "improvement"]
    assert [(one.name, one.direction) for one in better] == [(one.name, "better") for one in better]


def test_a_price_is_found_as_a_fact(judged: list[Case]) -> None:
    [priced] = [one for one in judged if "price" in one.name]
    assert priced.rows_to_alarm is not None
    assert priced.rows_to_alarm <= PRICE_ROWS
