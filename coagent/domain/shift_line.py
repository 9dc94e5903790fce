"""A shift as one entry of a list."""

from datetime import datetime

import msgspec

from coagent.domain.explanation import Progress
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Direction, Hold, Part, SignalChange, Status


class ShiftLine(msgspec.Struct, frozen=True, kw_only=True):
    """`headline` is the insight's title, None until it is written. `signals` are those that moved."""

    id: str
    segment: Segment
    since: datetime
    status: Status
    headline: str | None
    cause: Cause
    direction: Direction
    signals: list[SignalChange]
    parts: list[Part]
    page: bool
    held_because: list[Hold]
    accepted_by: str | None
    progress: Progress
