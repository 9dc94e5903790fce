"""What each detector promises and how far its evidence is: what travels on `coagent.detectors.v1`."""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.segment import Segment

DetectorStatus = Literal["warming_up", "watching", "suspicious"]


class Detector(msgspec.Struct, frozen=True, array_like=True):
    """One signal of a segment.

    `promise_rows` is its average run length: it alone raises at most one false alarm in so many rows; `log10_needed` is
    the log10 of what its evidence has to pass for that (None while it warms up). `budget_share` is its part in the
    segment's evidence (0 for a covariate, which never raises). `reference_rows` counts the known values it compares
    with. `caution` is how many times as much means over 64 rows varied as independent rows would let them; `wolves`
    its alarms that were none.
    """

    signal: str
    status: DetectorStatus
    promise_rows: float | None
    log10_needed: float | None
    log10_evidence: float
    log10_peak: float
    budget_share: float
    reference_rows: int
    caution: float
    wolves: int
    muted_until: datetime | None


class Detectors(msgspec.Struct, frozen=True, kw_only=True):
    """All detectors of a segment as of its row `rows_seen` at `time`.

    `promise_rows` is the whole segment's average run length. A pool (tenant `(all)`) tells its own; their
    `reference_rows` are the ranks so far, since it compares these with their law.
    """

    segment: Segment
    sequence: int
    time: datetime
    rows_seen: int
    promise_rows: float
    muted_until: datetime | None
    detectors: list[Detector]

    def replaces(self, sequence: int, time: datetime) -> bool:
        """Whether it is newer than what was told under that sequence as of that time: all of that is replaced. A state
        that began anew counts from 1 again.
        """
        return self.sequence > sequence or self.time > time
