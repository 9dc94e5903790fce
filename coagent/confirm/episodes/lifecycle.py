"""From open to recovered or accepted; one open shift a stream, updated in place."""

import hashlib

import msgspec

from coagent.confirm.affected import cost, parts
from coagent.confirm.assessment import Assessment
from coagent.confirm.compare.signal_result import Results, SignalResult
from coagent.confirm.episodes.flapping import Recurrence, most_fit
from coagent.confirm.episodes.state import Episode
from coagent.confirm.paging.decision import Decision
from coagent.domain.candidate import Candidate
from coagent.domain.row import RowRef
from coagent.domain.shift import DeclaredChange, Dismissed, Shift, SignalChange, Status
from coagent.domain.signal import DECLARED


def shift_id(candidate: Candidate) -> str:
    """16 hex digits that follow from the stream and its first alarm, so a replay makes the same."""
    return hashlib.blake2b(f"{candidate.segment.id}/{candidate.id}".encode(), digest_size=8).hexdigest()


def continues(candidate: Candidate, past: Episode | None) -> Shift | None:
    """The shift that this candidate updates: its own, or an open one that it overlaps."""
    shift = past.shift if past else None
    if past is None or shift is None or past.candidate == candidate.id:
        return shift
    return shift if shift.status == "open" and candidate.onset.ordinal <= shift.updated.ordinal else None


def is_over(candidate: Candidate, past: Episode) -> bool:
    """Whether a reference is replaced whose change had ended before: what was reported of it stands."""
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


def returned(candidate: Candidate, results: Results, past: Episode | None) -> Shift | None:
    """The shift that this candidate ends because its signals are back where they were before it, as recovered.

    Such a candidate is no change of its own: the shift's level had become the reference, and was left again.
    """
    if past is None or past.shift is None:
        return None
    ended_by_it = past.candidate == candidate.id and past.shift.status == "recovered"
    if not ended_by_it and not superseded(candidate, past):
        return None
    return ended(candidate, past.shift, "recovered") if most_fit(results, past.shift, _is_back) else None


def _is_back(then: SignalChange, now: SignalResult) -> bool:
    """Whether it went the other way and is nearer to where it was before than to where it had gone."""
    was, had_gone, is_at = then.before.median, then.after.median, now.after.median
    return then.effect.value * now.effect.value < 0 and abs(is_at - was) < abs(is_at - had_gone)


def shift(
    candidate: Candidate,
    assessment: Assessment,
    decision: Decision,
    past: Episode | None,
    recurrence: Recurrence,
) -> Shift:
    """The open shift as of now: a new one, one that goes on, or one that recurred. `raised` is the row of its first
    report, or of its first page.
    """
    own = continues(candidate, past)
    continued = own or (past.recurrence.ended if past and recurrence.times > past.recurrence.times else None)
    first = own is None or (decision.pages and not (past and past.paged))
    onset = _onset(candidate, own)
    low, high = onset_interval(candidate, assessment.results)
    ordered = sorted(assessment.results.values(), key=lambda one: (not one.moved, -one.strength))
    signals = [one.change for one in ordered]
    return Shift(
        id=continued.id if continued else shift_id(candidate),
        sequence=max(candidate.sequence, continued.sequence + 1) if continued else candidate.sequence,
        segment=candidate.segment,
        status="open",
        onset=onset,
        onset_low=min(low, onset.ordinal),
        onset_high=high,
        raised=candidate.now if continued is None or first else continued.raised,
        updated=candidate.now,
        signals=signals,
        cause=assessment.cause,
        page=decision.pages,
        alarm=own.alarm if own else candidate.raised,
        evidence=candidate.trace,
        direction=assessment.direction,
        held_because=list(decision.held_because),
        parts=parts(candidate, signals),
        cost=cost(candidate.cost),
        declared=[DeclaredChange(one.name, one.before, one.after) for one in candidate.facts if one.name in DECLARED],
    )


def _onset(candidate: Candidate, own: Shift | None) -> RowRef:
    """A later alarm that goes on with an open shift may have begun after its alarm: the shift itself began before."""
    later = own is not None and candidate.onset.ordinal > (own.alarm or own.raised).ordinal
    return own.onset if own and later else candidate.onset


def ended(candidate: Candidate, continued: Shift, status: Status) -> Shift:
    """The shift as last reported, over now: the rows of its end say nothing about its size or cause."""
    sequence = max(candidate.sequence, continued.sequence + 1)
    own = shift_id(candidate) == continued.id
    evidence = candidate.trace if own else continued.evidence
    return msgspec.structs.replace(
        continued, status=status, sequence=sequence, updated=candidate.now, evidence=evidence
    )


def dismissed(candidate: Candidate, results: Results, decision: Decision) -> Dismissed:
    """Named after the strongest alarm."""
    alarmed = [one for one in results.values() if one.alarmed] or list(results.values())
    strongest = max(alarmed, key=lambda one: one.strength, default=None)
    return Dismissed(
        id=shift_id(candidate),
        sequence=candidate.sequence,
        segment=candidate.segment,
        signal=strongest.signal.name if strongest else "",
        raised=candidate.raised,
        why=decision.why,
        held_because=list(decision.held_because),
    )


def onset_interval(candidate: Candidate, results: Results) -> tuple[int, int]:
    """Of the alarmed signal that knows it best, widened to hold the candidate's own estimate."""
    known = [
        (one.onset_high - one.onset_low, one.onset_low, one.onset_high)
        for one in results.values()
        if one.alarmed and one.onset_low is not None and one.onset_high is not None
    ]
    at = candidate.onset.ordinal
    _, low, high = min(known, default=(0, at, at))
    return min(low, at), max(high, at)
