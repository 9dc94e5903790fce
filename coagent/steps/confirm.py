"""A candidate becomes a shift with size and cause, is dismissed, or waits for more rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.findings import findings
from coagent.confirm.cause.neighbours import neighbours
from coagent.confirm.cause.notes import remarks
from coagent.confirm.cause.posterior import cause
from coagent.confirm.compare.signal_result import Reading, readings
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes import lifecycle
from coagent.confirm.episodes.flapping import Comings, again
from coagent.confirm.episodes.state import Episode, Memory
from coagent.confirm.paging.decision import PAGING, decide
from coagent.confirm.paging.duplicate_page import remark, woken_by
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Cause, Dismissed, Shift, Status

ENDS: Mapping[str, Status] = {"recover": "recovered", "accept": "accepted"}


class Confirmed(msgspec.Struct, frozen=True):
    """`state` is to be stored after `shifts` and `dismissed` were sent."""

    state: bytes
    shifts: list[Shift]
    dismissed: list[Dismissed]


@dataclass(frozen=True, slots=True)
class _Judged:
    """All that was worked out about a candidate."""

    read: dict[str, Reading]
    found: list[Finding]
    cause: Cause


class ConfirmStep:
    """One call a candidate, with the state of its provider."""

    def __init__(self, config: ConfirmConfig) -> None:
        self._config = config

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed:
        """A candidate that was seen before changes nothing and gives the same again; an older one gives nothing."""
        memory = Memory.from_bytes(state)
        past = memory.of(candidate.segment)
        if past and past.candidate == candidate.id and candidate.sequence <= past.sequence:
            return _answer(memory, past if candidate.sequence == past.sequence else None)
        episode = self._next(memory, candidate, past)
        return _answer(memory.with_episode(episode), episode)

    def _next(self, memory: Memory, candidate: Candidate, past: Episode | None) -> Episode:
        if past and lifecycle.is_over(candidate, past):
            return msgspec.structs.replace(past, sequence=candidate.sequence)
        judged = self._judge(memory, candidate)
        recovered = lifecycle.returned(candidate, judged.read, past)
        comings = past.comings if past else Comings()
        if recovered:
            return _episode(candidate, judged, past, comings.left(recovered), shift=recovered)
        continued = lifecycle.continues(candidate, past)
        told = continued is not None
        verdict = decide(candidate, judged.read, judged.found, judged.cause, self._config, told=told)
        shift = None
        if verdict.action == "tell":
            comings = comings if continued else _came(candidate, judged, comings)
            shift = self._shift(memory, candidate, judged, past, comings)
            comings = comings.told(shift, paged=past is not None and past.paged and told)
        elif continued and verdict.action in ENDS:
            shift = lifecycle.ended(candidate, continued, ENDS[verdict.action])
            comings = comings.left(shift) if shift.status == "recovered" else Comings()
        gone = lifecycle.dismissed(candidate, judged.read, verdict.why) if verdict.action == "dismiss" else None
        closed = lifecycle.superseded(candidate, past)
        return _episode(candidate, judged, past, comings, shift=shift, dismissed=gone, closed=closed)

    def _shift(
        self, memory: Memory, candidate: Candidate, judged: _Judged, past: Episode | None, comings: Comings
    ) -> Shift:
        cause = comings.remarked(judged.cause)
        before = None if past and past.paged else self._woken(memory, candidate, judged)
        if before is not None and cause.family in PAGING:
            cause = msgspec.structs.replace(cause, because=[*cause.because, remark(before)])
        return lifecycle.shift(candidate, judged.read, cause, past, comings, woken=before is not None)

    def _woken(self, memory: Memory, candidate: Candidate, judged: _Judged) -> Episode | None:
        return woken_by(memory, candidate, set(_moved(judged.read)), self._config.same_time_s)

    def _judge(self, memory: Memory, candidate: Candidate) -> _Judged:
        read = readings(candidate)
        near = neighbours(memory, candidate, set(_moved(read)), self._config.same_time_s)
        found = findings(candidate, read, near)
        return _Judged(read, found, cause(found, self._config.name_confidence, remarks(candidate, read)))


def _came(candidate: Candidate, judged: _Judged, comings: Comings) -> Comings:
    """A new shift, or one that is back."""
    if again(judged.read, comings.gone):
        return comings.back(candidate.now.time)
    return Comings(since=candidate.onset.time)


def _moved(read: Mapping[str, Reading]) -> list[str]:
    return [name for name, reading in read.items() if reading.moved and reading.signal.owner != "client"]


def _episode(
    candidate: Candidate,
    judged: _Judged,
    past: Episode | None,
    comings: Comings,
    *,
    shift: Shift | None = None,
    dismissed: Dismissed | None = None,
    closed: Shift | None = None,
) -> Episode:
    paged_before = past is not None and past.paged and lifecycle.continues(candidate, past) is not None
    return Episode(
        segment=candidate.segment,
        candidate=candidate.id,
        sequence=candidate.sequence,
        onset_s=candidate.onset.time.timestamp(),
        moved=_moved(judged.read),
        family=judged.cause.family,
        kind=judged.cause.kind,
        paged=paged_before or (shift is not None and shift.page),
        shift=shift,
        dismissed=dismissed,
        closed=closed,
        comings=comings,
    )


def _answer(memory: Memory, episode: Episode | None) -> Confirmed:
    told = [shift for shift in (episode.closed, episode.shift) if shift] if episode else []
    gone = [episode.dismissed] if episode and episode.dismissed else []
    return Confirmed(memory.to_bytes(), told, gone)
