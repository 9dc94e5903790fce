"""Lasting changes of speed inside the hosts' range, over hours; and the promise, which holds for means as for rows."""

import numpy as np

from coagent.detect.sensor.constants import SLACK, SLOW_ROWS, SLOW_S, SLOW_SHARE
from coagent.detect.sensor.row_noise import mix
from coagent.detect.sensor.sensed import COUNT
from coagent.detect.sensor.slow import Slow, block_end, close, gather, no_slow, over

from .streams import Floats, Stream, alarms, stream

HOSTS = (0.75, 0.9, 1.0, 1.15, 1.35)
BEFORE, AFTER, EVERY_S = 40_000, 8_000, 3.0


def means(rng: np.random.Generator, levels: Floats) -> Slow:
    """Blocks of independent rows, each around a level."""
    slow, hashes = no_slow(), mix(rng.integers(0, 2**63, (len(levels), SLOW_ROWS), dtype=np.uint64).ravel())
    for number, level in enumerate(levels.tolist()):
        part = hashes[number * SLOW_ROWS : (number + 1) * SLOW_ROWS]
        gather(slow, level + rng.normal(size=(COUNT, SLOW_ROWS)), part, np.zeros(SLOW_ROWS))
        close(slow, part[-1], learning=True)
    return slow


def test_false_alarms_of_means_are_as_rare_as_promised() -> None:
    """Levels that wander from block to block, in any order: the band has nothing to do, the promise is the ranks'."""
    blocks, streams, promise_rows = 60, 60, 2.0 * 60 * SLOW_ROWS
    passed = 0
    for seed in range(streams):
        rng = np.random.default_rng([seed, 3])
        passed += bool((over(means(rng, rng.normal(size=blocks)), promise_rows, SLACK) > 1).any())
    assert passed / streams <= SLOW_SHARE * blocks * SLOW_ROWS / promise_rows + 1 / streams


def test_a_level_that_stays_is_found_in_a_few_means() -> None:
    rng = np.random.default_rng(0)
    calm, moved = means(rng, np.zeros(300)), means(rng, np.repeat([0.0, 1.5], (300, 12)))
    assert (over(calm, 1e6, SLACK) < 1e-3).all()
    assert (over(moved, 1e6, SLACK) > 1).all()


def test_a_block_ends_with_the_row_that_makes_it_large_and_long_enough() -> None:
    slow, times = no_slow(), np.arange(2_000) * 10.0
    assert block_end(slow, times) == SLOW_ROWS
    assert block_end(slow, times / 50) == SLOW_S / 0.2 + 1
    assert block_end(slow, times[:10]) is None
    gather(slow, np.full((COUNT, 10), np.nan), np.zeros(10, np.uint64), times[:10])
    assert block_end(slow, times[10:]) == SLOW_ROWS - 10


def paces(rng: np.random.Generator, factor: float) -> Floats:
    """Requests stay with one of several hosts, each of a speed of its own; from BEFORE on all are slower."""
    rows = np.arange(BEFORE + AFTER)
    stay = np.cumsum(rng.random(len(rows)) < 1 / 40)
    speed = rng.choice(HOSTS, stay[-1] + 1)[stay]
    return np.asarray(0.02 * speed * np.exp(0.25 * rng.normal(size=len(rows))) * np.where(rows >= BEFORE, factor, 1.0))


def raised(seed: int, factor: float) -> list[int]:
    one = stream({"time_per_output_token_s": paces(np.random.default_rng([seed, 9]), factor)}, seed=seed)
    timed = one.rows.sensed._replace(times=np.arange(BEFORE + AFTER) * EVERY_S)
    return [alarm.row for alarm in alarms(Stream(one.rows._replace(sensed=timed)))]


def test_a_lasting_slowdown_within_the_speeds_of_hosts_is_found_in_hours() -> None:
    """Rows alone never find it: single stays differ by more."""
    found = [(raised(seed, 1.3) or [BEFORE + AFTER])[0] for seed in range(3)]
    assert min(found) > BEFORE
    assert np.median(found) < BEFORE + 5 * 3_600 / EVERY_S


def test_hosts_of_speed_alone_raise_nothing() -> None:
    assert raised(5, 1.0) == []
