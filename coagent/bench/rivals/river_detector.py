"""A River detector over a signal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from river.base import DriftDetector
from river.drift import ADWIN, KSWIN, PageHinkley

from coagent.bench.rivals.standardized import standardized
from coagent.bench.simulator.rows import Columns

KSWIN_SEED = 1


@dataclass(frozen=True, slots=True)
class RiverDetector:
    """`make` takes the knob's value. All other parameters are River's defaults."""

    name: str
    make: Callable[[float], DriftDetector]
    knobs: tuple[float, ...]
    raw: bool = False
    slow: bool = False

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """See `Rival`; River's detectors start anew by themselves after a drift."""
        values = columns.numbers[signal]
        detector = self.make(knob)
        for row, value in enumerate((values if self.raw else standardized(values)).tolist()):
            detector.update(value)
            if detector.drift_detected:
                yield row


DELTAS = (2e-1, 2e-2, 2e-3, 2e-4, 2e-5, 2e-6, 2e-8, 2e-10)
ADWIN_RAW = RiverDetector("ADWIN, raw", lambda delta: ADWIN(delta=delta), DELTAS, raw=True)
ADWIN_STANDARDIZED = RiverDetector("ADWIN, standardized", lambda delta: ADWIN(delta=delta), DELTAS)
PAGE_HINKLEY = RiverDetector(
    "PageHinkley, standardized",
    lambda threshold: PageHinkley(threshold=threshold),
    (25.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1600.0),
)
KSWIN_STANDARDIZED = RiverDetector(
    "KSWIN, standardized", lambda alpha: KSWIN(alpha=alpha, seed=KSWIN_SEED), (1e-4, 1e-6, 1e-8), slow=True
)
