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


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """No requests after the minute `last`; reported at `noticed`, over at `returned`. `longest` is the longest of the
    `pauses` before it. It never pages.
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


def silence_id(segment: Segment, last: datetime) -> str:
    """16 hex digits: looking again finds the same silence."""
    return hashlib.blake2b(f"silence/{segment.id}/{last.isoformat()}".encode(), digest_size=8).hexdigest()
