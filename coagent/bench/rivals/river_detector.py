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
    """With River's own settings, on standardized values: on raw ones they alarm all the time."""

    name: str
    make: Callable[[], DriftDetector]
    slow: bool = False

    def alarms(self, columns: Columns, signal: str) -> Iterator[int]:
        """See `Rival`; River's detectors start anew by themselves after a drift."""
        detector = self.make()
        for row, value in enumerate(standardized(columns.numbers[signal]).tolist()):
            detector.update(value)
            if detector.drift_detected:
                yield row


ADWIN_STANDARDIZED = RiverDetector("ADWIN", ADWIN)
PAGE_HINKLEY_STANDARDIZED = RiverDetector("PageHinkley", PageHinkley)
KSWIN_STANDARDIZED = RiverDetector("KSWIN", lambda: KSWIN(seed=KSWIN_SEED), slow=True)
