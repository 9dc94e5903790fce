"""What each detector promises and how far its evidence is: what travels on `coagent.detectors.v1`."""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.segment import Segment

DetectorStatus = Literal["warming_up", "watching", "suspicious", "told"]


class Detector(msgspec.Struct, frozen=True, array_like=True):
    """One signal of a segment; `told` comes from pools of earlier versions alone.

    `promise_rows` is its average run length: it alone raises at most one false alarm in so many rows; `log10_needed` is
    the log10 of what its evidence has to pass for that (None while it warms up). `budget_share` is its part in the
    segment's evidence (0 for a covariate, which never raises). `reference_rows` counts the known values it compares
    with. `caution` is how many times as much means over 64 rows varied as independent rows would let them;
    `false_alarms` its alarms that were none.
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
    false_alarms: int
    muted_until: datetime | None


class Detectors(msgspec.Struct, frozen=True, kw_only=True):
    """All detectors of a segment as of its row `rows_seen`; `time`: of the newest row so far, which never falls.

    `promise_rows` is the whole segment's average run length. What several streams of a provider and model show together
    has detectors too (tenant `(all)`); their `reference_rows` count since the evidence began. `obeyed`: ids of the
    latest commands that were obeyed, the newest last.
    """

    segment: Segment
    sequence: int
    time: datetime
    rows_seen: int
    promise_rows: float
    muted_until: datetime | None
    detectors: list[Detector]
    obeyed: list[str] = []

    @property
    def version(self) -> tuple[datetime, int]:
        """The higher one replaces all that a lower one said. A state that began anew counts from 1 again, of later
        rows.
        """
        return self.time, self.sequence
