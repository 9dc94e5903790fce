"""Changes after few rows: found from them alone, and no change hides behind a dead band that it widened itself."""

import numpy as np
import pytest

from coagent.detect.sensor.dead_band import Wander, learn, level_of, no_wander, set_band
from coagent.detect.sensor.grid import off_grid, on_grid
from coagent.detect.sensor.sensed import NAMES, PLACE_OF

from .streams import alarms, stream

PROMISE_ROWS = 1e6
TOKENS = PLACE_OF["output_tokens"]
SEEDS = range(5)


def fed(level: Wander, scores: np.ndarray) -> float:
    """The dead band after rows of these scores, evidence being calm."""
    for score in scores.tolist():
        learn(TOKENS, 100, score, True, level)
    set_band(TOKENS, level)
    return float(level.band[0])


def test_a_change_does_not_widen_its_own_dead_band_within_its_first_64_rows() -> None:
    quiet = np.random.default_rng(26).normal(size=128)
    moved = np.where(np.arange(60) % 30 < 15, 2.0, -2.0)

    assert fed(level_of(no_wander(), TOKENS), np.concatenate([quiet, moved])) == fed(
        level_of(no_wander(), TOKENS), quiet
    )


def test_a_level_that_wanders_widens_it_in_the_end() -> None:
    level = level_of(no_wander(), TOKENS)

    assert fed(level, np.where(np.arange(1_024) % 128 < 64, 1.0, -1.0)) > 1.0


def test_counts_of_tokens_have_a_place_each_where_answers_end_at_a_limit() -> None:
    counts = np.array([1.0, 2.0, 150.0, 151.0, 152.0, 255.0, 1_000.0, 20_000.0, 127_000.0])
    table = np.full((len(NAMES), len(counts)), np.nan)
    table[TOKENS] = counts

    places = on_grid(table)[TOKENS].astype(np.int64)

    assert (np.diff(places) > 0).all()
    np.testing.assert_allclose(off_grid(TOKENS, places), counts, rtol=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_values_that_spread_wider_are_found(seed: int) -> None:
    rng = np.random.default_rng([seed, 261])
    wide = np.where(np.arange(1_150) < 1_000, 1.0, 2.0)
    raised = alarms(stream({"mean_logprob": -np.exp(0.3 * wide * rng.normal(size=1_150))}, seed=seed), PROMISE_ROWS)

    assert raised
    assert raised[0].row >= 1_000


@pytest.mark.parametrize("seed", SEEDS)
def test_a_full_change_is_found_after_few_rows(seed: int) -> None:
    rng = np.random.default_rng([seed, 262])
    values = np.concatenate([rng.normal(size=32), 8 + rng.normal(size=32)])

    raised = alarms(stream({"mean_logprob": -np.exp(0.1 * values)}, seed=seed), PROMISE_ROWS)

    assert raised
    assert 32 <= raised[0].row < 64
