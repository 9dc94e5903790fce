"""What requests cost before and after a change, as running sums."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import DAY_S
from coagent.detect.row_times import Places
from coagent.domain.candidate import CostEvidence

Floats = NDArray[np.float64]

FAILED = -1.0
"""Stands for the cost of a failed request; NaN is a successful one's without a price."""
LEAST_S = 60.0
"""A stream younger than this counts as that old."""


class CostSums(msgspec.Struct, array_like=True):
    """Of successful requests: how many, how many have a price, sum and sum of squares of these in USD."""

    succeeded: int = 0
    priced: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, costs: NDArray[np.float32], by: int = 1) -> None:
        """Costs as in `marked`; -1 takes them out again."""
        succeeded = costs[costs != FAILED]
        priced = succeeded[np.isfinite(succeeded)].astype(np.float64)
        self.succeeded += by * len(succeeded)
        self.priced += by * len(priced)
        self.total += by * float(priced.sum())
        self.squares += by * float((priced**2).sum())

    @property
    def mean(self) -> float | None:
        """None of none."""
        return self.total / self.priced if self.priced else None

    @property
    def deviation(self) -> float | None:
        """Of a sample; None of fewer than two."""
        if self.priced < 2:  # noqa: PLR2004  a deviation takes two
            return None
        return float(np.sqrt(max(self.squares - self.total**2 / self.priced, 0.0) / (self.priced - 1)))


class Costs(msgspec.Struct, array_like=True):
    """Of the reference, and of the rows since the onset of what is open."""

    before: CostSums = msgspec.field(default_factory=CostSums)
    after: CostSums = msgspec.field(default_factory=CostSums)


def marked(costs: Floats, errors: Floats) -> NDArray[np.float32]:
    """Costs in USD, FAILED where the request failed; in single precision, as they are kept with the rows."""
    return np.where(errors == 1, FAILED, costs).astype(np.float32)


def cost_evidence(costs: Costs, places: Places) -> CostEvidence | None:
    """None where no request succeeded on either side."""
    before, after = costs.before, costs.after
    if not before.succeeded + after.succeeded:
        return None
    return CostEvidence(
        requests_per_day=requests_per_day(places),
        priced_share=(before.priced + after.priced) / (before.succeeded + after.succeeded),
        n_before=before.priced,
        mean_before_usd=before.mean,
        sd_before_usd=before.deviation,
        n_after=after.priced,
        mean_after_usd=after.mean,
        sd_after_usd=after.deviation,
    )


def requests_per_day(places: Places) -> float:
    """Over the week before the latest row whose time is kept, or since the stream began."""
    last, now = places.ordinals[-1], places.times[-1]
    first = float(np.interp(now - 7 * DAY_S, places.times, places.ordinals))
    elapsed = max(now - places.time_of(first), LEAST_S)
    return (last - first) * DAY_S / elapsed
