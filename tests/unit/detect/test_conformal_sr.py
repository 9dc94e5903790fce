import doctest
import sys
from collections.abc import Callable
from types import ModuleType
from unittest.mock import patch

import numpy as np
import pytest
from river.base import DriftDetector
from river.checks import yield_checks
from river.checks.common import check_tags

import coagent.detect.conformal_sr
from coagent.detect import ConformalSR

NO_DATASETS = ModuleType("sklearn")
"""River imports scikit-learn's data sets before it notices that a drift detector is checked with none of them."""
NO_DATASETS.datasets = None  # type: ignore[attr-defined]
with patch.dict(sys.modules, {"sklearn": NO_DATASETS}):
    CHECKS = [check for check in yield_checks(ConformalSR()) if check is not check_tags]  # detectors have no tags


def drifts(detector: DriftDetector, stream: np.ndarray) -> list[int]:
    found = []
    for row, x in enumerate(stream):
        detector.update(x)
        if detector.drift_detected:
            found.append(row)
    return found


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_river_estimator_checks(check: Callable[[DriftDetector], None]) -> None:
    check(ConformalSR().clone())


def test_the_example_is_true() -> None:
    assert doctest.testmod(coagent.detect.conformal_sr).failed == 0


def test_drifts_of_a_seeded_stream_and_back() -> None:
    rng = np.random.default_rng(1)
    stream = np.concatenate([rng.normal(0, 1, 800), rng.normal(1.5, 1, 800), rng.normal(0, 1, 400)])
    assert drifts(ConformalSR(100_000), stream) == [815, 1610]


def test_no_drift_where_there_is_none() -> None:
    assert drifts(ConformalSR(100_000), np.random.default_rng(2).standard_cauchy(5000)) == []


def test_unknown_inputs_are_skipped() -> None:
    stream = np.random.default_rng(3).normal(size=1000)
    stream[600:] += 3
    holes = np.insert(stream, 300, np.nan)
    assert drifts(ConformalSR(100_000), holes) == [row + 1 for row in drifts(ConformalSR(100_000), stream)]
