import numpy as np

from coagent.detect.bins import edges_of
from coagent.detect.conformal_sensor import BINS


def bin_counts(values: np.ndarray, edges: np.ndarray) -> list[int]:
    return np.bincount(np.searchsorted(edges, values)).tolist()


def test_a_few_values_have_a_bin_each() -> None:
    values = np.array([1, 2, 2, 3, 40] * 20, np.float32)
    found = bin_counts(values, edges_of(values, binary=False))
    assert [count for count in found if count] == [20, 40, 20, 20]


def test_edges_lie_far_out_on_both_sides() -> None:
    values = np.random.default_rng(0).normal(100, 10, 100).astype(np.float32)
    edges = edges_of(values, binary=False)
    assert edges.shape == (BINS,)
    assert (np.diff(edges[np.isfinite(edges)]) > 0).all()
    assert edges[0] < -200
    assert edges[np.isfinite(edges)][-1] > 400


def test_a_constant_leaves_room_for_what_may_come() -> None:
    edges = edges_of(np.zeros(50, np.float32), binary=False)
    assert np.searchsorted(edges, np.float32(-1e-6)) < np.searchsorted(edges, np.float32(0))
    assert np.searchsorted(edges, np.float32(0)) < np.searchsorted(edges, np.float32(1e-6))


def test_binary_signals_have_two_bins() -> None:
    edges = edges_of(np.zeros(50, np.float32), binary=True)
    assert np.searchsorted(edges, np.array([0, 1], np.float32)).tolist() == [0, 1]
