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


def test_later_rows_do_not_seem_to_move() -> None:
    """Over many short streams ranks stay even, in both tails too: pools add up what a single stream does not show."""
    rng, ranks = np.random.default_rng(5), []
    for _ in range(400):
        rows = np.exp(rng.standard_normal(150)).astype(np.float32)
        places = np.searchsorted(edges_of(rows[:100], binary=False), rows)
        for at in range(100, 150):
            below, equal = (places[:at] < places[at]).sum(), (places[:at] == places[at]).sum()
            ranks.append((below + rng.random() * (equal + 1)) / (at + 1))
    found = np.array(ranks)
    assert abs(found.mean() - 0.5) < 3 * (1 / 12 / len(found)) ** 0.5
    for depth in (0.01, 0.05):
        spread = 3 * (depth / len(found)) ** 0.5
        assert abs((found < depth).mean() - depth) < spread
        assert abs((found > 1 - depth).mean() - depth) < spread


def test_all_edges_have_room_below_infinity() -> None:
    values = np.exp(np.random.default_rng(4).standard_normal(400))
    edges = edges_of(np.concatenate([values, [values.min(), values.max()]]).astype(np.float32), binary=False)
    finite = edges[np.isfinite(edges)]
    assert len(finite) == BINS - 1
    assert (np.diff(finite) > 0).all()
    assert edges[-1] == np.inf
    assert np.float32(values.max()) in finite
