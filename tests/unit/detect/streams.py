"""Plain streams of numbers through the sensors, without batches around them."""

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
    table = np.full((COUNT, values.shape[1]), np.nan, np.float32)
    table[: len(values)] = values
    rows = np.random.default_rng(seed).integers(0, 2**63, values.shape[1], dtype=np.uint64)
    sensors = sensors_for(values, binary=binary)
    count = len(rows)
    eaten, told = sense(
        table, np.zeros(count, np.uint8), rows, np.zeros(count), 0.0, 0, 0, count,
        False, threshold, sensors, bets(), np.empty(count), lone_tally(sensors),
    )  # fmt: skip
    return eaten - 1 if told else None
