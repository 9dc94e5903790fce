"""Changes of streams' success rates: the life of a finding out of one evaluation after the other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from coagent.domain.quality_change import (
    Accepted,
    QualityChange,
    ShiftThen,
    StreamQuality,
    Way,
    quality_change_id,
)
from coagent.domain.shift import Hold
from coagent.review.reference import OpenChange, Reference

DOUBLED = 2.0
"""As far from before as was shown: then people are told again (convention, as for burns)."""


def accepted_changes(known: Iterable[QualityChange], words: Iterable[Accepted]) -> list[QualityChange]:
    """Open ones that somebody accepted."""
    by_change = {one.change_id: one for one in words}
    return [_accepted(one, by_change[one.id]) for one in known if one.status == "open" and one.id in by_change]


def references(known: Iterable[QualityChange]) -> dict[str, Reference]:
    """By stream id, of those with changes."""
    by_stream = defaultdict(list)
    for one in known:
        by_stream[one.segment.id].append(one)
    return {stream: _reference(changes) for stream, changes in by_stream.items()}


def _reference(changes: Sequence[QualityChange]) -> Reference:
    is_open = next((one for one in changes if one.status == "open"), None)
    return Reference(
        since=max((one.since for one in changes if one.status == "accepted"), default=None),
        over=tuple((one.since, end) for one in changes if (end := _end(one))),
        current=OpenChange(is_open.found_on, is_open.since, is_open.after.rate) if is_open else None,
    )


def _end(change: QualityChange) -> datetime | None:
    """None where it has not recovered. Of one kept by a version that estimated no end: the first of the days that ended
    it.
    """
    if change.status != "recovered":
        return None
    return change.back_on or (change.now.first if change.now else None)


def quality_changes(
    streams: Iterable[StreamQuality], known: Iterable[QualityChange], now: datetime
) -> list[QualityChange]:
    """Those that are new, notably larger or over; of one stream what is over first. `known`: all that are kept."""
    by_stream = defaultdict(list)
    for change in known:
        by_stream[change.segment.id].append(change)
    return [change for one in streams for change in _of(one, by_stream[one.segment.id], now)]


def with_shifts(change: QualityChange, shifts: Sequence[ShiftThen]) -> QualityChange:
    """People who were paged for a shift of the stream that goes on are not paged again for its success rate."""
    holds: list[Hold] = []
    if change.change != "worse":
        holds = ["not_worse"]
    elif any(one.paged for one in shifts):
        holds = ["already_paged"]
    return replace(change, shifts=list(shifts), held_because=holds, page=not holds)


def held_for_shifts(
    streams: Iterable[StreamQuality], known: Iterable[QualityChange]
) -> list[tuple[QualityChange, StreamQuality]]:
    """Open ones that page nobody because a shift did, where the last days' labels still say the same."""
    by_stream = {one.segment.id: one for one in known if one.status == "open" and "already_paged" in one.held_because}
    pairs = [(by_stream[one.segment.id], one) for one in streams if one.segment.id in by_stream]
    return [(change, found) for change, found in pairs if found.change == change.change]


def released(change: QualityChange, found: StreamQuality, shifts: Sequence[ShiftThen]) -> QualityChange | None:
    """It pages now, as the last days show it; None as long as a paged shift is open, or one of the last days came
    before the end of the shift that it was held for.
    """
    held_for = {one.id for one in change.shifts if one.paged}
    ends = [one.ended_at for one in shifts if one.id in held_for and one.ended_at]
    if any(one.paged for one in shifts) or any(end > found.after.first for end in ends):
        return None
    return with_shifts(_grown(change, found), shifts)


def _of(found: StreamQuality, known: Sequence[QualityChange], now: datetime) -> list[QualityChange]:
    opened = _opened(found, found.change, known) if found.change != "none" else None
    current = next((one for one in known if one.status == "open"), None)
    if current is None:
        return [opened] if opened else []
    if found.change == current.change:
        is_larger = _distance(found) >= DOUBLED * _distance(current) and _is_beyond(found, current)
        return [_grown(current, found)] if is_larger else []
    if opened:
        return [_recovered(current, found, now), opened]
    return [_recovered(current, found, now)] if _has_left(found, current) else []


def _opened(found: StreamQuality, change: Way, known: Sequence[QualityChange]) -> QualityChange:
    """Labels of one day that are taken back and given again open the same one again."""
    name = quality_change_id(found.segment, change, found.day)
    before = max((one.sequence for one in known if one.id == name), default=0)
    return QualityChange(
        id=name,
        sequence=before + 1,
        segment=found.segment,
        status="open",
        change=change,
        page=change == "worse",
        held_because=[] if change == "worse" else ["not_worse"],
        found_on=found.day,
        since=found.since,
        before=found.before,
        after=found.after,
        reviewers=found.reviewers,
    )


def _grown(known: QualityChange, found: StreamQuality) -> QualityChange:
    return replace(known, sequence=known.sequence + 1, since=found.since, after=found.after, reviewers=found.reviewers)


def _recovered(known: QualityChange, found: StreamQuality, now: datetime) -> QualityChange:
    back_on = found.since if found.change == "none" else found.after.first
    return replace(
        known, sequence=known.sequence + 1, status="recovered", now=found.after, back_on=back_on, ended_at=now
    )


def _accepted(known: QualityChange, word: Accepted) -> QualityChange:
    return replace(known, sequence=known.sequence + 1, status="accepted", ended_at=word.at, accepted_by=word.by)


def _has_left(found: StreamQuality, known: QualityChange) -> bool:
    """The last days' interval excludes the changed rate, which a few labels cannot; and the last days are all since it
    ended, however far it came back, or their interval meets that of the days before the change.
    """
    since_it_ended = found.since <= found.after.first
    if known.change == "worse":
        return found.after.low > known.after.rate and (since_it_ended or found.after.high >= known.before.low)
    return found.after.high < known.after.rate and (since_it_ended or found.after.low <= known.before.high)


def _is_beyond(found: StreamQuality, known: QualityChange) -> bool:
    """The last days' interval excludes the changed rate on its far side."""
    if known.change == "worse":
        return found.after.high < known.after.rate
    return found.after.low > known.after.rate


def _distance(one: StreamQuality | QualityChange) -> float:
    return abs(one.after.rate - one.before.rate)
