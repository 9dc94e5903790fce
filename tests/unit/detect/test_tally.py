"""Counts of cells: every rank that is evidence, once, uniform where nothing changed, deep where something is new."""

import numpy as np
from scipy import stats

from coagent.detect.bets import bets, cell_bounds
from coagent.detect.categories import MOST, STRATA
from coagent.detect.columns import Columns
from coagent.detect.config import DetectConfig
from coagent.detect.conformal_sensor import FINE, sense
from coagent.detect.gathered import Gathered
from coagent.detect.observe import observe
from coagent.detect.signals import COUNT, PLACE_OF
from coagent.detect.tally import new_tally, no_cells
from coagent.detect.watch import Watch
from tests.unit.detect.batches import SEGMENT, SOURCE, batch_of, timed
from tests.unit.detect.streams import WARM, sensors_for

PLACE = PLACE_OF["mean_logprob"]


def _columns(rng: np.random.Generator, rows: int) -> dict[str, np.ndarray]:
    return {"input_chars": np.exp(rng.standard_normal(rows) + 7), "mean_logprob": -np.exp(rng.standard_normal(rows))}


def _tallied(columns: dict[str, np.ndarray], size: int) -> np.ndarray:
    watch, gathered = Watch(SEGMENT), Gathered.nothing()
    for at in range(0, len(columns["mean_logprob"]), size):
        part = timed({name: values[at : at + size] for name, values in columns.items()})
        observe(watch, Columns(batch_of(part, at)), SOURCE, DetectConfig(), gathered)
    return gathered.cells


def test_every_row_after_the_first_ones_is_counted_once_whatever_the_batches() -> None:
    columns = _columns(np.random.default_rng(1), 1_000)
    cells = _tallied(columns, 37)
    assert 1_000 - WARM == cells[PLACE].sum()
    assert cells[PLACE_OF["error"]].sum() == 1_000 - WARM
    assert cells[PLACE_OF["output_tokens"]].sum() == 0


def test_counts_are_uniform_where_nothing_changed() -> None:
    columns = _columns(np.random.default_rng(2), 6_000)
    found, widths = _tallied(columns, 512)[PLACE], np.diff(cell_bounds())
    inner = widths > 1 / FINE
    expected = widths[inner] * found[inner].sum() / widths[inner].sum()
    assert stats.chisquare(found[inner], expected).pvalue > 0.01
    assert abs(found[~inner].sum() / found.sum() - widths[~inner].sum()) < 0.006


def test_a_young_category_is_ranked_in_its_group() -> None:
    """Among eight categories of 100 rows each an outlier is still the best of 800."""
    rng, rows = np.random.default_rng(3), 801
    values = np.full((COUNT, rows), np.nan, np.float32)
    values[0] = rng.standard_normal(rows)
    values[0, -1] = 9.0
    categories = (np.arange(rows) % STRATA).astype(np.uint8)
    sensors = sensors_for(values[:1].astype(float), categories=STRATA)
    cells = no_cells()
    tally = new_tally(sensors, np.zeros(MOST, np.uint8), cells)
    hashes = rng.integers(0, 2**63, rows, dtype=np.uint64)
    sense(
        values,
        categories,
        hashes,
        np.zeros(rows),
        0.0,
        0,
        0,
        rows - 1,
        False,
        1e9,
        sensors,
        bets(),
        np.empty(rows),
        tally,
    )
    before = cells[0].copy()
    sense(
        values,
        categories,
        hashes,
        np.zeros(rows),
        0.0,
        0,
        rows - 1,
        rows,
        False,
        1e9,
        sensors,
        bets(),
        np.empty(rows),
        tally,
    )
    (cell,) = np.flatnonzero(cells[0] - before)
    assert cell_bounds()[cell] > 1 - 2 / rows
    assert np.array_equal(tally.wide.sum(axis=1), sensors.counts.sum(axis=1))
