"""From open to recovered or accepted; one open shift a segment and family, updated in place."""

import hashlib
from collections.abc import Mapping

import msgspec

from coagent.confirm.compare.signal_result import Reading
from coagent.confirm.episodes.flapping import Comings
from coagent.confirm.episodes.state import Episode
from coagent.confirm.paging.decision import PAGING
from coagent.domain.candidate import Candidate
from coagent.domain.segment import ALL
from coagent.domain.shift import Cause, Dismissed, Shift, SignalChange, Status


def shift_id(candidate: Candidate) -> str:
    """16 hex digits that follow from the segment and its first alarm, so a replay makes the same."""
    return hashlib.blake2b(f"{candidate.segment.id}/{candidate.id}".encode(), digest_size=8).hexdigest()


def continues(candidate: Candidate, past: Episode | None) -> Shift | None:
    """The shift that this candidate updates: its own, or an open one that it overlaps."""
    shift = past.shift if past else None
    if past is None or shift is None or past.candidate == candidate.id:
        return shift
    return shift if shift.status == "open" and candidate.onset.ordinal <= shift.updated.ordinal else None


def is_over(candidate: Candidate, past: Episode) -> bool:
    """Whether a reference is replaced whose change had ended before: what was told of it stands."""
    if candidate.phase != "reset" or past.candidate != candidate.id:
        return False
    return past.dismissed is not None or (past.shift is not None and past.shift.status != "open")


def superseded(candidate: Candidate, past: Episode | None) -> Shift | None:
    """The open shift that ends with this candidate: a later change on top of it shows that its level was accepted."""
    if past is None or past.shift is None or past.shift.status != "open" or continues(candidate, past):
        return None
    return msgspec.structs.replace(
        past.shift, status="accepted", sequence=past.shift.sequence + 1, updated=candidate.onset
    )


def returned(candidate: Candidate, read: Mapping[str, Reading], past: Episode | None) -> Shift | None:
    """The shift that this candidate ends because its signals are back where they were before it, told as recovered.

    Such a candidate is no change of its own: the shift's level had become the reference, and was left again.
    """
    if past is None or past.shift is None:
        return None
    ended_by_it = past.candidate == candidate.id and past.shift.status == "recovered"
    if not ended_by_it and not superseded(candidate, past):
        return None
    moved = [name for name, one in read.items() if one.moved and one.signal.owner != "client"]
    then = {change.name: change for change in past.shift.signals}
    back = [name for name in moved if name in then and _is_back(then[name], read[name])]
    if not back or len(back) < len(moved) / 2:
        return None
    return ended(candidate, past.shift, "recovered")


def _is_back(then: SignalChange, now: Reading) -> bool:
    """Whether it went the other way and is nearer to where it was before than to where it had gone."""
    was, had_gone, is_at = then.before.median, then.after.median, now.after.median
    return then.effect.value * now.effect.value < 0 and abs(is_at - was) < abs(is_at - had_gone)


def shift(
    candidate: Candidate,
    read: Mapping[str, Reading],
    cause: Cause,
    past: Episode | None,
    comings: Comings,
    *,
    woken: bool = False,
) -> Shift:
    """The open shift as it is told now: a new one, one that goes on, or one that is back. `raised` stays where it was
    first told, or where people were first woken. `woken`: people were woken for the same change before.
    """
    own, page = continues(candidate, past), cause.family in PAGING and not comings.quiet and not woken
    continued = own or (past.comings.gone if past and comings.times > past.comings.times else None)
    first = own is None or (page and not (past and past.paged))
    low, high = onset_interval(candidate, read)
    moved = sorted((one for one in read.values() if one.moved), key=lambda one: -one.strength)
    return Shift(
        id=continued.id if continued else shift_id(candidate),
        sequence=max(candidate.sequence, continued.sequence + 1) if continued else candidate.sequence,
        segment=candidate.segment,
        status="open",
        onset=candidate.onset,
        onset_low=low,
        onset_high=high,
        raised=candidate.now if continued is None or first else continued.raised,
        updated=candidate.now,
        signals=[reading.change for reading in moved],
        cause=cause,
        page=page,
        alarm=own.alarm if own else candidate.raised,
        evidence=candidate.trace,
        carriers=candidate.carriers if candidate.segment.tenant == ALL else [],
    )


def ended(candidate: Candidate, continued: Shift, status: Status) -> Shift:
    """The shift as it was told last, over now: the rows of its end say nothing about its size or cause."""
    sequence = max(candidate.sequence, continued.sequence + 1)
    own = shift_id(candidate) == continued.id
    evidence = candidate.trace if own else continued.evidence
    return msgspec.structs.replace(
        continued, status=status, sequence=sequence, updated=candidate.now, evidence=evidence
    )


def dismissed(candidate: Candidate, read: Mapping[str, Reading], why: str) -> Dismissed:
    """Named after the strongest alarm."""
    alarmed = [one for one in read.values() if one.alarmed] or list(read.values())
    strongest = max(alarmed, key=lambda one: one.strength, default=None)
    return Dismissed(
        id=shift_id(candidate),
        sequence=candidate.sequence,
        segment=candidate.segment,
        signal=strongest.signal.name if strongest else "",
        raised=candidate.raised,
        why=why,
    )


def onset_interval(candidate: Candidate, read: Mapping[str, Reading]) -> tuple[int, int]:
    """Of the alarmed signal that knows it best, widened to hold the candidate's own estimate."""
    known = [
        (one.onset_high - one.onset_low, one.onset_low, one.onset_high)
        for one in read.values()
        if one.alarmed and one.onset_low is not None and one.onset_high is not None
    ]
    at = candidate.onset.ordinal
    _, low, high = min(known, default=(0, at, at))
    return min(low, at), max(high, at)
