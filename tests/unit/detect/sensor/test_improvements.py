"""What got better for good is reported as that, and a fast host for a while is not."""

import numpy as np
import pytest

from coagent.detect.constants import LEVEL_BLOCKS, SLOW_ROWS

from .streams import Floats, alarms, stream

PROMISE_ROWS, BEFORE, AFTER = 1e6, 800, 600
HOSTS, STAYS = (0.75, 1.0, 1.35), (50, 300)


def paces(rng: np.random.Generator, levels: Floats) -> Floats:
    return np.asarray(0.02 * levels * np.exp(0.4 * rng.normal(size=len(levels))))


def stays(rng: np.random.Generator, rows: int) -> Floats:
    found = np.empty(0)
    while len(found) < rows:
        found = np.append(found, np.full(int(rng.integers(*STAYS)), rng.choice(HOSTS)))
    return found[:rows]


@pytest.mark.parametrize("seed", range(4))
def test_a_speed_that_got_better_for_good_is_reported_as_that(seed: int) -> None:
    rng = np.random.default_rng([seed, 31])
    levels = np.repeat([1.0, 0.6], (BEFORE, AFTER))
    found = alarms(stream({"time_per_output_token_s": paces(rng, levels)}, seed=seed), PROMISE_ROWS)
    assert found
    assert found[0].better
    assert BEFORE + (LEVEL_BLOCKS - 1) * SLOW_ROWS <= found[0].row < BEFORE + AFTER


def test_fast_hosts_for_a_while_are_hardly_ever_taken_for_it() -> None:
    found = 0
    for seed in range(30):
        rng = np.random.default_rng([seed, 32])
        rows = stream({"time_per_output_token_s": paces(rng, stays(rng, 2_000))}, seed=seed)
        found += bool(alarms(rows, PROMISE_ROWS))
    assert found <= 2


@pytest.mark.parametrize("seed", range(4))
def test_failures_that_ended_are_reported_as_an_improvement(seed: int) -> None:
    rng = np.random.default_rng([seed, 33])
    failed = rng.random(BEFORE + AFTER) < np.repeat([0.08, 0.0], (BEFORE, AFTER))
    found = alarms(stream({"error": failed.astype(float)}, seed=seed), PROMISE_ROWS)[0]
    assert found.better
    assert BEFORE < found.row < BEFORE + 400


def test_refusals_that_ended_weigh_no_more_than_any_change() -> None:
    """Who refuses nothing any more is not better for sure."""
    rng = np.random.default_rng(34)
    some = (rng.random(BEFORE + AFTER) < np.repeat([0.08, 0.0], (BEFORE, AFTER))).astype(float)
    failed = alarms(stream({"error": some}, seed=1), PROMISE_ROWS)[0]
    refused = alarms(stream({"refusal": some}, seed=1), PROMISE_ROWS)
    assert not any(one.better for one in refused)
    assert all(one.row > failed.row for one in refused)
