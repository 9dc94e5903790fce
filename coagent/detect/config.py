"""What the operator decides about sensing."""

from dataclasses import dataclass, replace
from math import log10

ASSUMED_ROWS_PER_MONTH = 1_000_000.0
"""Until the fleet's rate is known."""
SEGMENTS_SHARE = 0.8
"""Of the false alarms allowed, so many are the segments'; the rest is their pools'. Every row is in one segment and in
one pool, so that the two together keep the budget. Segments find most, and pay for the pools with a delay longer by
ln(1 / 0.8), a sixtieth at a threshold of a million.
"""


@dataclass(frozen=True, slots=True)
class DetectConfig:
    """`rows_per_month` counts the whole fleet (None: not told); `warm_rows` make bins and strata."""

    false_alarms_per_month: float = 1.0
    rows_per_month: float | None = None
    warm_rows: int = 100

    def measured(self, rows_per_month: float | None) -> "DetectConfig":
        """With the measured rate of the fleet, where there is one and the operator names none."""
        known = rows_per_month is None or self.rows_per_month is not None
        return self if known else replace(self, rows_per_month=rows_per_month)

    @property
    def run_length(self) -> float:
        """Average rows between false alarms of the whole fleet, whoever raises them."""
        return (self.rows_per_month or ASSUMED_ROWS_PER_MONTH) / self.false_alarms_per_month

    @property
    def pool_threshold(self) -> float:
        """The same for each pool of a provider and model, by what the segments leave of the budget."""
        return self.run_length / (1 - SEGMENTS_SHARE)

    @property
    def threshold(self) -> float:
        """A: average rows between false alarms. The same for each segment, so adding segments adds no pages."""
        return self.run_length / SEGMENTS_SHARE

    @property
    def log10_threshold(self) -> float:
        return log10(self.threshold)
