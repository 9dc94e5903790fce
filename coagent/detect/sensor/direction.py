"""Where evidence points to, and whether the traffic moved."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import TRAFFIC_POWER
from coagent.detect.sensor.densities import MOVED
from coagent.detect.sensor.sensed import IS_TRAFFIC, SIGNS
from coagent.detect.sensor.state import SensorState

Floats = NDArray[np.float64]


def traffic_moved(state: SensorState, promise_rows: float) -> bool:
    """Whether input lengths within the groups are others than before."""
    return bool((state.evidence.mean[IS_TRAFFIC] > promise_rows**TRAFFIC_POWER).any())


def direction(state: SensorState, signal: int) -> int:
    """Where most of the signal's evidence lies: +1 up, -1 down."""
    return direction_of(signal, state.evidence.bets[signal].astype(np.float64))


def direction_of(signal: int, bets: Floats) -> int:
    """The same of this evidence of each bet."""
    return int(SIGNS[signal]) * (1 if bets[:MOVED].sum() > bets[MOVED : 2 * MOVED].sum() else -1)
