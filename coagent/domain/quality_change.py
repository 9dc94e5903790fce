"""A change of a stream's success rate, from people's labels, as a finding."""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.review import Change
from coagent.domain.segment import Segment
from coagent.domain.shift import CauseKind, Direction, Hold

Way = Literal["worse", "better"]
FALSE_CHANGES = 0.01
"""Share of streams whose rate never changes that are ever called changed, at most."""


class RateOfDays(msgspec.Struct, frozen=True, kw_only=True):
    """Success rate of the drawn days from `first` to `last` (UTC), with its 95 % interval; `labelled` requests behind
    it.
    """

    first: datetime
    last: datetime
    rate: float
    low: float
    high: float
    labelled: int


class StreamQuality(msgspec.Struct, frozen=True, kw_only=True):
    """How the last days of a stream compare with those before, by the labels up to `day`. `since`: the day on which the
    change began, or an open one ended, by estimate; `after` is of the days since a change began, seven at most.
    `reviewers`: people behind the last days' labels.
    """

    segment: Segment
    day: datetime
    change: Change
    before: RateOfDays
    after: RateOfDays
    since: datetime
    reviewers: int


class ShiftThen(msgspec.Struct, frozen=True, kw_only=True):
    """A shift of the stream, or of its model everywhere, that was open at some time since the success rate changed.
    `paged`: people were paged for it, and it is open still. `ended_at`: None while it is open.
    """

    id: str
    cause: CauseKind
    direction: Direction
    since: datetime
    paged: bool = False
    ended_at: datetime | None = None


class QualityChange(msgspec.Struct, frozen=True, kw_only=True):
    """Found by the labels up to the day `found_on`. `before` stays as it was found, `after` is as last shown, `now` is
    what ended it, about on the day `back_on`. It is open until the last days are like those before it again, or until
    somebody accepts it: then later days are compared with those from `since` on. `page` is true where `held_because` is
    empty.
    """

    id: str
    sequence: int
    segment: Segment
    status: Literal["open", "recovered", "accepted"]
    change: Way
    page: bool
    held_because: list[Hold] = []
    found_on: datetime
    since: datetime
    before: RateOfDays
    after: RateOfDays
    reviewers: int
    shifts: list[ShiftThen] = []
    now: RateOfDays | None = None
    back_on: datetime | None = None
    ended_at: datetime | None = None
    accepted_by: str | None = None


class Accepted(msgspec.Struct, frozen=True):
    """Somebody's word about a change, by its id."""

    change_id: str
    by: str
    at: datetime


def quality_change_id(stream: Segment, change: Way, found_on: datetime) -> str:
    """16 hex digits: evaluating again finds the same change."""
    name = f"quality/{stream.id}/{change}/{found_on.isoformat()}"
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()
