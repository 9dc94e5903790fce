"""A segment that stopped: no requests for much longer than it ever paused."""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from coagent.domain.segment import Segment


class Pauses(msgspec.Struct, frozen=True, kw_only=True):
    """A segment's minutes with requests: the first and the last of them, how many pauses lie between, the longest."""

    segment: Segment
    first: datetime
    last: datetime
    pauses: int
    longest: timedelta


class StagePosition(msgspec.Struct, frozen=True):
    """How far a stage of the pipeline has read: next offsets to read and ends of the logs, by `topic[partition]`."""

    stage: str
    read: dict[str, int]
    end: dict[str, int]

    @property
    def waiting(self) -> int:
        """Messages that are unread."""
        return sum(max(end - self.read.get(place, 0), 0) for place, end in self.end.items())


class Backlog(msgspec.Struct, frozen=True):
    """A stage with messages that have waited since `since`; `waiting` counts all that are unread. None: its process has
    made no progress since then, whatever waits.
    """

    stage: str
    since: datetime
    waiting: int | None


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """No requests after the minute `last`; reported at `noticed`, over at `returned`. `longest_s` is the longest of the
    `pauses` before it. It never pages. Where it is about `coagent`, a stage of its own (the segment's model) is behind,
    with so many messages `waiting` since `last`, or (None) makes no progress.
    """

    id: str
    sequence: int
    segment: Segment
    status: Literal["silent", "returned"]
    last: datetime
    noticed: datetime
    returned: datetime | None
    pauses: int
    longest_s: float
    about: Literal["segment", "coagent"] = "segment"
    waiting: int | None = None


def silence_id(segment: Segment, last: datetime) -> str:
    """16 hex digits: looking again finds the same silence."""
    return hashlib.blake2b(f"silence/{segment.id}/{last.isoformat()}".encode(), digest_size=8).hexdigest()
