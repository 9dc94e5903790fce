"""The conformal sensor as a River drift detector, for one number at a time."""

from collections.abc import Iterator

import numpy as np
from river import base

from coagent.detect.bets import bets
from coagent.detect.bins import edges_of
from coagent.detect.conformal_sensor import GOLDEN, sense
from coagent.detect.noise import mix
from coagent.detect.sensors import sensor_of
from coagent.detect.signals import PLACE_OF
from coagent.detect.tally import lone_tally

SIGNAL = PLACE_OF["output_tokens"]
"""Stands for any continuous signal that is not restless by nature."""


class ConformalSR(base.DriftDetector):
    """Conformal ranks and Shiryaev-Roberts evidence: a drift detector that keeps its promise on false alarms.

    For exchangeable inputs of any distribution, the average number of inputs between false alarms is at least
    `run_length`. Where inputs look as if they depended on each other, more evidence is asked for. The first `warm`
    inputs make the bins; after a drift it starts anew with the next input.

    Parameters
    ----------
    run_length
        Average number of inputs between false alarms.
    warm
        Inputs before evidence is gathered.
    seed
        Of the noise that breaks ties.

    Attributes
    ----------
    evidence
        Mean Shiryaev-Roberts statistic of the bets; a drift is detected above `run_length`.

    Examples
    --------
    >>> import random
    >>> from coagent.detect import ConformalSR

    >>> rng = random.Random(12345)
    >>> stream = [rng.gauss(10, 2) for _ in range(1000)] + [rng.gauss(13, 2) for _ in range(1000)]

    >>> detector = ConformalSR(run_length=100_000)
    >>> for i, x in enumerate(stream):
    ...     detector.update(x)
    ...     if detector.drift_detected:
    ...         print(f"drift at {i}, value {x:.1f}")
    drift at 1014, value 12.4

    References
    ----------
    [^1]: Vovk, Petej, Nouretdinov, Ahlberg, Carlsson, Gammerman: Retrain or not retrain: conformal test martingales
          for change-point detection. COPA, 2021.
    [^2]: Shin, Ramdas, Rinaldo: E-detectors: a nonparametric framework for sequential change detection. New England
          Journal of Statistics in Data Science, 2024.

    """

    def __init__(self, run_length: float = 1_000_000, warm: int = 100, seed: int = 0) -> None:
        super().__init__()
        self.run_length = run_length
        self.warm = warm
        self.seed = seed
        self._start()

    @classmethod
    def _unit_test_params(cls) -> Iterator[dict[str, float]]:
        yield {"run_length": 1000, "warm": 30}

    def _start(self) -> None:
        self._drift_detected = False
        self._waiting: list[float] = []
        self._seen = 0
        self._sensors = sensor_of(SIGNAL)

    @property
    def evidence(self) -> float:
        """Zero while warming up."""
        return float(self._sensors.stat[0])

    def update(self, x: float) -> None:
        """Feeds one input; NaN is skipped."""
        if self._drift_detected:
            self._start()
        if np.isnan(x):
            return
        if self._sensors.active[0]:
            self._drift_detected = self._feed([x])
            return
        self._waiting.append(float(x))
        if len(self._waiting) == self.warm:
            self._begin()

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._sensors.edges[0] = edges_of(np.array(waiting, np.float32), binary=False)
        self._sensors.active[0], self._sensors.quiet[0], self._sensors.weight[0] = 1, self.warm, 1.0
        self._feed(waiting)

    def _feed(self, inputs: list[float]) -> bool:
        """Whether the evidence passed."""
        count = len(inputs)
        values = np.array([inputs], np.float32)
        rows = mix(np.arange(self._seen, self._seen + count, dtype=np.uint64) * GOLDEN + np.uint64(self.seed))
        self._seen += count
        categories, times, trace = np.zeros(count, np.uint8), np.zeros(count), np.empty(count)
        _, told = sense(
            values, categories, rows, times, 0.0, 0, 0, count,
            False, float(self.run_length), self._sensors, bets(), trace, lone_tally(self._sensors),
        )  # fmt: skip
        return bool(told)
