"""Plain streams of numbers through the sensors, without batches around them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bets import bets
from coagent.detect.bins import edges_of
from coagent.detect.conformal_sensor import sense
from coagent.detect.sensors import Sensors, new_sensors
from coagent.detect.signals import COUNT
from coagent.detect.tally import lone_tally

WARM = 100


def sensors_for(values: NDArray[np.float64], *, binary: bool = False, categories: int = 1) -> Sensors:
    """Sensors of the first signals, one for each row of `values` (signals, rows), as a segment would make them."""
    sensors, watched = new_sensors(categories), len(values)
    for signal, column in enumerate(values):
        sensors.edges[signal] = edges_of(column[:WARM].astype(np.float32), binary=binary)
    sensors.active[:watched] = 1
    sensors.quiet[:watched] = WARM
    sensors.weight[:watched] = 1 / watched
    return sensors


def first_alarm(values: NDArray[np.float64], threshold: float, *, binary: bool = False, seed: int = 0) -> int | None:
    """Row at which the segment's evidence passes the threshold."""
    sensors, count = sensors_for(values, binary=binary), values.shape[1]
    eaten, told = next(_runs(values, threshold, sensors, np.empty(count), count, seed=seed))
    return eaten - 1 if told else None


def evidence(values: NDArray[np.float64], threshold: float, size: int) -> tuple[NDArray[np.float64], Sensors]:
    """The segment's evidence after each row, alarm or not, and the sensors that were fed so many rows at a time."""
    sensors, trace = sensors_for(values), np.empty(values.shape[1])
    for _ in _runs(values, threshold, sensors, trace, size):
        pass
    return trace, sensors


def _runs(
    values: NDArray[np.float64],
    threshold: float,
    sensors: Sensors,
    trace: NDArray[np.float64],
    size: int,
    *,
    seed: int = 0,
) -> Iterator[tuple[int, int]]:
    """Rows eaten so far and what was told, each time that the sensors stop: after `size` rows or at what they tell."""
    count = values.shape[1]
    table = np.full((COUNT, count), np.nan, np.float32)
    table[: len(values)] = values
    rows = np.random.default_rng(seed).integers(0, 2**63, count, dtype=np.uint64)
    at = 0
    while at < count:
        at, told = sense(
            table, np.zeros(count, np.uint8), rows, np.zeros(count), 0.0, 0, at, min(at + size, count),
            False, threshold, sensors, bets(), trace, lone_tally(sensors),
        )  # fmt: skip
        yield at, told
