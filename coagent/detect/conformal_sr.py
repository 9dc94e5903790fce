"""The conformal sensor as a River drift detector, for one number at a time."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

import numpy as np
from river import base

from coagent.detect.constants import CELLS, MOST_EVIDENCE
from coagent.detect.sensor.densities import BETS, cell, densities_of, normal_score
from coagent.detect.sensor.row_noise import GOLDEN, mix_one, uniform_of


class ConformalSR(base.DriftDetector):
    """Conformal ranks and Shiryaev-Roberts evidence: a drift detector that keeps its promise on false alarms.

    For exchangeable inputs of any distribution, the average number of inputs between false alarms is at least
    `run_length`. Every input is a reference from the first on, evidence begins
    after `warm` of them; after a drift it starts anew with the next input.

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
    drift at 1012, value 16.5

    References
    ----------
    [^1]: Vovk, Petej, Nouretdinov, Ahlberg, Carlsson, Gammerman: Retrain or not retrain: conformal test martingales
          for change-point detection. COPA, 2021.
    [^2]: Shin, Ramdas, Rinaldo: E-detectors: a nonparametric framework for sequential change detection. New England
          Journal of Statistics in Data Science, 2024.

    """

    def __init__(self, run_length: float = 1_000_000, warm: int = 40, seed: int = 0) -> None:
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
        self._reference: list[float] = []
        self._bets = np.zeros(BETS)

    @property
    def evidence(self) -> float:
        """Zero while warming up."""
        return float(self._bets.mean())

    def update(self, x: float) -> None:
        """Feeds one input; NaN is skipped."""
        if self._drift_detected:
            self._start()
        if np.isnan(x):
            return
        score = normal_score(self._rank(float(x)))
        insort(self._reference, float(x))
        if len(self._reference) > self.warm:
            up = cell(score)
            self._bets = np.minimum((1 + self._bets) * densities_of(up, CELLS - 1 - up), MOST_EVIDENCE)
            self._drift_detected = self.evidence > self.run_length

    def _rank(self, x: float) -> float:
        """Among the inputs before; ties are broken by noise that follows from the input's number."""
        count = len(self._reference)
        less, most = bisect_left(self._reference, x), bisect_right(self._reference, x)
        drawn = mix_one(np.uint64((self.seed + count * int(GOLDEN)) % 2**64))
        return (less + uniform_of(np.uint64(drawn)) * (most - less + 1)) / (count + 1)
