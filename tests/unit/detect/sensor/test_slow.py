"""Lasting changes of speed inside the hosts' range, over hours; and the promise, which holds for means as for rows."""

import numpy as np

from coagent.detect.constants import SLOW_ROWS, SLOW_S
from coagent.detect.sensor.densities import tables
from coagent.detect.sensor.row_noise import mix
from coagent.detect.sensor.slow import WEIGHT, is_complete, judge, no_slow, slow_of

from .streams import Floats, Stream, alarms, stream

HOSTS = (0.75, 0.9, 1.0, 1.15, 1.35)
BEFORE, AFTER, EVERY_S = 40_000, 8_000, 3.0
ROW_S = SLOW_S / (SLOW_ROWS - 1)


def evidence(rng: np.random.Generator, levels: Floats, rows: int = SLOW_ROWS) -> list[float]:
    """After each block of so many independent rows around a level."""
    slow, found = slow_of(no_slow(), 0), []
    scores, hashes = np.repeat(levels, rows) + rng.normal(size=rows * len(levels)), rng.bytes(8 * rows * len(levels))
    for row, drawn in enumerate(mix(np.frombuffer(hashes, np.uint64).copy())):
        if is_complete(scores[row], drawn, row * ROW_S * SLOW_ROWS / rows, slow):
            found.append(judge(drawn, tables(), slow))
    return found


def test_false_alarms_of_means_are_as_rare_as_promised() -> None:
    """Levels that wander from block to block, in any order: the band has nothing to do, the promise is the ranks'."""
    blocks, streams, limit = 60, 60, 2.0 * 60
    passed = 0
    for seed in range(streams):
        rng = np.random.default_rng([seed, 3])
        passed += max(evidence(rng, rng.normal(size=blocks))) > WEIGHT * limit
    assert passed / streams <= blocks / limit + 1 / streams


def test_a_level_that_stays_is_found_in_a_few_means() -> None:
    rng = np.random.default_rng(0)
    assert max(evidence(rng, np.zeros(300))) < 1e4
    assert max(evidence(rng, np.repeat([0.0, 1.5], (300, 12)))) > 1e7


def test_a_busy_streams_means_are_of_as_many_rows_drawn_from_the_whole_block() -> None:
    """Half of each block is high: whoever took the first rows, or the last, would see blocks wander."""
    rng, slow, drawn = np.random.default_rng(4), slow_of(no_slow(), 0), np.uint64(1)
    means, rows = [], 10 * SLOW_ROWS
    hashes = mix(np.frombuffer(rng.bytes(8 * 20 * rows), np.uint64).copy())
    for row in range(20 * rows):
        if is_complete(float(row % rows < rows // 2), hashes[row], row * SLOW_S / (rows - 1.5), slow):
            means.append(slow.scores.mean())
            judge(drawn, tables(), slow)
    assert len(means) == 20
    assert np.abs(np.array(means) - 0.5).max() < 4 * 0.5 / SLOW_ROWS**0.5


def test_a_block_ends_with_the_row_that_makes_it_large_and_long_enough() -> None:
    def ends(row_s: float) -> int:
        slow = slow_of(no_slow(), 0)
        return next(row for row in range(2_000) if is_complete(0.0, np.uint64(row), row * row_s, slow))

    assert ends(10.0) == SLOW_ROWS - 1
    assert ends(0.2) == SLOW_S / 0.2


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
