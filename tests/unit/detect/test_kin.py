"""Signals that wander together know of each other's dependence."""

import numpy as np

from coagent.detect.conformal_sensor import measure, share
from coagent.detect.sensors import Sensors, new_sensors
from coagent.detect.signals import PLACE_OF

TIMES = [PLACE_OF[name] for name in ("time_to_first_token_s", "time_per_output_token_s", "duration_s")]
CALM, WANDERING = (100.0, 100.0), (100.0, 300.0)
"""Blocks of eight rows, and the sum of squares of their standardized means."""


def measured(squares: dict[int, tuple[float, float]]) -> Sensors:
    sensors = new_sensors()
    for signal, moments in squares.items():
        sensors.active[signal] = 1
        sensors.moments[signal, 1] = moments
    for _ in range(2):
        for signal in squares:
            measure(sensors.each[signal])
        share(sensors.each)
    return sensors


def test_a_signal_varies_no_less_than_its_kin_together() -> None:
    first, pace, duration = TIMES
    sensors = measured({first: WANDERING, pace: WANDERING, duration: CALM})
    alone = measured({duration: CALM}).variance[duration, 1]
    assert alone < 1.1
    assert 1.9 < sensors.variance[duration, 1] < sensors.variance[first, 1] < 3.0


def test_what_is_no_kin_stays_as_it_was() -> None:
    logprob, refusal = PLACE_OF["mean_logprob"], PLACE_OF["refusal"]
    sensors = measured({TIMES[0]: WANDERING, logprob: CALM, refusal: CALM})
    assert np.all(sensors.variance[[logprob, refusal], 1] < 1.1)


def test_where_all_are_calm_nothing_is_added() -> None:
    assert np.all(measured(dict.fromkeys(TIMES, (100.0, 95.0))).variance[TIMES, 1] == 1.0)
