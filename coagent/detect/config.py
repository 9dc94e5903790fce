"""What the operator decides about sensing."""

from dataclasses import dataclass, replace
from math import log10

from coagent.detect.constants import ASSUMED_ROWS_PER_MONTH


@dataclass(frozen=True, slots=True)
class DetectConfig:
    """`rows_per_month` counts the whole fleet (None: not known)."""

    false_alarms_per_month: float = 1.0
    rows_per_month: float | None = None

    def measured(self, rows_per_month: float | None) -> "DetectConfig":
        """With the measured rate of the fleet, where there is one and the operator names none."""
        known = rows_per_month is None or self.rows_per_month is not None
        return self if known else replace(self, rows_per_month=rows_per_month)

    @property
    def run_length(self) -> float:
        """Average rows between false alarms of the whole fleet, whoever raises them."""
        return (self.rows_per_month or ASSUMED_ROWS_PER_MONTH) / self.false_alarms_per_month

    @property
    def threshold(self) -> float:
        """A: average rows between false alarms. The same for each stream, so adding streams adds no pages."""
        return self.run_length

    @property
    def log10_threshold(self) -> float:
        return log10(self.threshold)
