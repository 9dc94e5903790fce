"""Edges of strata are quantiles of lengths, to the last bit: a replay cuts where the first run did."""

import numpy as np
import pytest

from coagent.detect.constants import MOST_STRATA, ROWS_A_STRATUM
from coagent.detect.sensor.strata import equal_shares


@pytest.mark.parametrize("rows", [1, 2 * ROWS_A_STRATUM, 40, 160, 1_000])
@pytest.mark.parametrize("seed", range(20))
def test_edges_are_quantiles(rows: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    lengths = chance.choice([np.nan, *chance.lognormal(6, 1, rows), *np.arange(5.0)], rows)
    known = lengths[np.isfinite(lengths)]
    strata = min(len(known) // ROWS_A_STRATUM, MOST_STRATA)
    wanted = np.unique(np.quantile(known, np.arange(1, strata) / strata)) if strata > 1 else np.empty(0)
    edges = equal_shares(lengths, groups=1)
    assert edges[np.isfinite(edges)].tolist() == wanted.tolist()
