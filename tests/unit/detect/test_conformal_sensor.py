"""Exact alarm rows of seeded streams: they move only when the method does."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from .streams import evidence, first_alarm

ROWS, CHANGE = 4000, 2000


def changed(kind: str) -> NDArray[np.float64]:
    """Three signals; the first changes at row CHANGE."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(3, ROWS))
    after = values[0, CHANGE:]
    if kind == "up":
        after += 1.0
    elif kind == "down":
        after -= 1.0
    elif kind == "wider":
        after *= 2.0
    elif kind == "rollout":
        after += 4.0 * (rng.random(ROWS - CHANGE) < 0.1)
    return values


@pytest.mark.parametrize(
    ("kind", "alarm"), [("none", None), ("up", 2035), ("down", 2033), ("wider", 2054), ("rollout", 2058)]
)
def test_alarm_row(kind: str, alarm: int | None) -> None:
    assert first_alarm(changed(kind), 1e6) == alarm


def autoregression(phi: float, seed: int, rows: int = 30_000) -> NDArray[np.float64]:
    shocks = np.random.default_rng(seed).normal(size=(4, rows + 1000))
    return np.asarray(lfilter([(1 - phi**2) ** 0.5], [1, -phi], shocks, axis=1)[:, 1000:])


@pytest.mark.parametrize("phi", [0.1, 0.3, 0.6])
def test_rows_that_follow_each_other_raise_no_alarm(phi: float) -> None:
    assert [first_alarm(autoregression(phi, seed), 1e6) for seed in range(4)] == [None] * 4


def test_a_change_is_still_found_where_rows_follow_each_other() -> None:
    values = autoregression(0.6, 1)
    values[0, 20_000:] += 2.0
    found = first_alarm(values, 1e6)
    assert found is not None
    assert 20_000 <= found < 20_150


@pytest.mark.parametrize("threshold", [1e30, 1e60])
def test_evidence_beyond_all_bounds_is_the_same_however_rows_are_cut(threshold: float) -> None:
    """Sums are divided by a power of ten on their way, and once more after it."""
    values = np.random.default_rng(8).normal(size=(2, 600))
    values[0, 300:] += 6.0
    trace, sensors = evidence(values, threshold, 600)
    one_by_one, same = evidence(values, threshold, 1)
    assert sensors.scale.max() > 1
    assert np.isfinite(trace).all()
    assert np.array_equal(trace, one_by_one)
    assert sensors.each.tobytes() == same.each.tobytes()
