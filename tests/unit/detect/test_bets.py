import numpy as np

from coagent.detect.bets import bets, cell_bounds
from coagent.detect.conformal_sensor import CELLS, cell_of


def test_every_bet_is_positive_and_averages_one() -> None:
    widths = np.diff(cell_bounds())
    for table in (bets().table,):
        assert table.min() > 0
        np.testing.assert_allclose(widths @ table.astype(float), 1.0, rtol=1e-6)


def test_cells_are_found_where_their_bounds_are() -> None:
    bounds = cell_bounds()
    middles = (bounds[1:] + bounds[:-1]) / 2
    assert [cell_of(u) for u in middles] == list(range(CELLS))
    assert (cell_of(1e-12), cell_of(1 - 1e-12)) == (0, CELLS - 1)


def test_scores_have_mean_zero_and_variance_one() -> None:
    widths, scores = np.diff(cell_bounds()), bets().score.astype(float)
    np.testing.assert_allclose([widths @ scores, widths @ scores**2], [0, 1], atol=1e-6)
