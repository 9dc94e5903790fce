"""Ranks are uniform and independent whatever the rows look like, as long as they are exchangeable."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest

from coagent.detect.bins import edges_of
from coagent.detect.conformal_sensor import BINS, noise, rank

ROWS, WARM = 3000, 100
Draw = Callable[[np.random.Generator], NDArray[np.float64]]

KINDS: dict[str, Draw] = {
    "normal": lambda rng: rng.normal(size=ROWS),
    "constant": lambda rng: np.full(ROWS, 7.0),
    "binary": lambda rng: (rng.random(ROWS) < 0.3).astype(float),
    "rare": lambda rng: (rng.random(ROWS) < 0.004).astype(float),
    "ties": lambda rng: rng.poisson(2.0, ROWS).astype(float),
    "heavy tails": lambda rng: rng.standard_cauchy(ROWS),
    "skewed": lambda rng: np.exp(rng.normal(0, 3, ROWS)),
}


def ranks(values: NDArray[np.float64], categories: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    edges = edges_of(values[:WARM].astype(np.float32), binary=set(values) <= {0.0, 1.0})
    counts = np.zeros((4, BINS), np.int32)
    rows = np.random.default_rng(seed).integers(0, 2**63, len(values), dtype=np.uint64)
    found = []
    for x, category, row in zip(values, categories, rows, strict=True):
        u, place = rank(np.float32(x), noise(row, 0), edges, counts[category], counts[category].sum())
        counts[category, place] += 1
        found.append(u)
    return np.array(found)


@pytest.mark.parametrize("kind", KINDS)
def test_ranks_are_uniform_and_do_not_follow_each_other(kind: str) -> None:
    rng = np.random.default_rng(11)
    found = ranks(KINDS[kind](rng), np.zeros(ROWS, np.int64), seed=12)
    assert kstest(found, "uniform").pvalue > 0.001
    assert kstest(found[: ROWS // 10], "uniform").pvalue > 0.001
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 3.5 / ROWS**0.5


def test_a_change_of_the_mix_of_categories_leaves_ranks_uniform() -> None:
    """Categories with other means, and their shares turned over half-way."""
    rng = np.random.default_rng(5)
    categories = np.where(rng.random(ROWS) < np.where(np.arange(ROWS) < ROWS // 2, 0.9, 0.1), 0, 1)
    found = ranks(rng.normal(size=ROWS) + 5 * categories, categories, seed=6)
    assert kstest(found, "uniform").pvalue > 0.001
    assert kstest(found[ROWS // 2 :], "uniform").pvalue > 0.001
