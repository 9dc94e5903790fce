"""Labelled real telemetry, where it is at hand (COAGENT_CASES)."""

import os
from pathlib import Path

import numpy as np
import pytest

from coagent.bench.progress import untracked
from coagent.bench.sections.stream_sensor import StreamCase, stream_cases
from coagent.settings import Settings

CASES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases"))

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not (CASES / "cases.json").exists(), reason=f"no labelled cases in {CASES} (set COAGENT_CASES)"),
]


@pytest.fixture(scope="module")
def judged() -> list[StreamCase]:
    return stream_cases(CASES, Settings(), 1.9e9, untracked)


def test_shifts_are_found_and_soon(judged: list[StreamCase]) -> None:
    found = {kind: [one.rows_to_alarm for one in judged if one.expect == kind] for kind in ("shift", "hard")}
    assert sum(one is not None for one in found["shift"]) >= 11
    assert sum(one is not None for one in found["hard"]) >= 2
    delays = [one for one in found["shift"] if one is not None]
    assert np.median(delays) <= 15
    assert np.quantile(delays, 0.9) <= 60


def test_there_is_no_false_alarm(judged: list[StreamCase]) -> None:
    assert {one.name: one.false for one in judged if one.false} == {}
