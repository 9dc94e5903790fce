"""How far evidence is trusted, by its age and by what was seen of dependence."""

import numpy as np
import pytest

from coagent.detect.conformal_sensor import BETS, evidence_of
from coagent.detect.sensors import sensor_of
from coagent.detect.signals import PLACE_OF

RAW = np.exp(18.0)
"""Evidence before caution."""


def cautious(age: float, reference: int, signal: str = "duration_s", variance: float = 1.0) -> float:
    """Log evidence that is left where it is so many rows old."""
    sensors = sensor_of(PLACE_OF[signal])
    sensors.bet_sums[0, 0], sensors.bet_sums[0, 1] = RAW, RAW * (age - 1)
    sensors.calm[0, 0], sensors.variance[0] = reference, variance
    return float(np.log(evidence_of(sensors.each[0], float(sensors.bet_sums[0, 0].sum()) / BETS, 0.0)))


def loss(age: float, reference: int, **others: object) -> float:
    """Against evidence as old relative to its reference that shows within a few rows."""
    return cautious(8.0, round(8 * reference / age), **others) - cautious(age, reference, **others)  # type: ignore[arg-type]


def test_a_young_reference_doubts_what_takes_longer_than_hosts_may_differ() -> None:
    assert loss(16, 200) == pytest.approx(0.0, abs=1e-4)
    assert 0.3 < loss(32, 400) < loss(64, 800)


def test_a_long_reference_hardly_does() -> None:
    assert loss(32, 10_000) < 0.1


def test_where_dependence_was_measured_it_is_counted_once() -> None:
    assert loss(32, 400, variance=6.0) < loss(32, 400) / 2


def test_rare_events_are_judged_as_before() -> None:
    assert loss(64, 800, signal="refusal") == pytest.approx(0.0, abs=1e-4)
