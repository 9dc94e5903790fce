"""A candidate becomes a shift with size and cause, is dismissed, or waits for more rows."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from coagent.confirm.assessment import Assessment, assess
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes import lifecycle
from coagent.confirm.episodes.flapping import Recurrence, recurs
from coagent.confirm.episodes.state import Episode, ProviderState
from coagent.confirm.paging.decision import History, decide
from coagent.confirm.paging.duplicate_page import already_paged, note
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Cause, Dismissed, Shift, Status

ENDS: Mapping[str, Status] = {"recover": "recovered", "accept": "accepted"}


class Confirmed(msgspec.Struct, frozen=True):
    """`state` is to be stored after `shifts` and `dismissed` were sent."""

    state: bytes
    shifts: list[Shift]
    dismissed: list[Dismissed]


class ConfirmStep:
    """One call a candidate, with the state of its provider."""

    def __init__(self, config: ConfirmConfig) -> None:
        self._config = config

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed:
        """A candidate that was seen before changes nothing and gives the same again; an older one gives nothing."""
        provider = ProviderState.from_bytes(state)
        past = provider.of(candidate.segment)
        if past and past.candidate == candidate.id and candidate.sequence <= past.sequence:
            return _answer(provider, past if candidate.sequence == past.sequence else None)
        episode = self._next(provider, candidate, past)
        return _answer(provider.with_episode(episode), episode)

    def _next(self, provider: ProviderState, candidate: Candidate, past: Episode | None) -> Episode:
        if past and lifecycle.is_over(candidate, past):
            return msgspec.structs.replace(past, sequence=candidate.sequence)
        assessment = assess(candidate, provider, self._config)
        recurrence = past.recurrence if past else Recurrence()
        recovered = lifecycle.returned(candidate, assessment.results, past)
        if recovered:
            return _episode(candidate, assessment, past, recurrence.after_end(recovered), shift=recovered)
        return self._decided(provider, candidate, past, assessment, recurrence)

    def _decided(
        self,
        provider: ProviderState,
        candidate: Candidate,
        past: Episode | None,
        assessment: Assessment,
        recurrence: Recurrence,
    ) -> Episode:
        continued = lifecycle.continues(candidate, past)
        current = recurrence if continued else _came(candidate, assessment, recurrence)
        paged = None if past and past.paged else self._paged_elsewhere(provider, candidate, assessment)
        history = History(continued is not None, paged is not None, current.recently_paged)
        decision = decide(candidate, assessment, history, self._config)
        shift = None
        if decision.action == "report":
            cause = _with_note(current.noted(assessment.cause), paged)
            shift = lifecycle.shift(candidate, replace(assessment, cause=cause), decision, past, current)
            recurrence = current.after_report(shift, paged_before=_paged_before(candidate, past))
        elif continued and decision.action in ENDS:
            shift = lifecycle.ended(candidate, continued, ENDS[decision.action])
            recurrence = recurrence.after_end(shift) if shift.status == "recovered" else Recurrence()
        dismissed = decision.action == "dismiss"
        gone = lifecycle.dismissed(candidate, assessment.results, decision) if dismissed else None
        closed = lifecycle.superseded(candidate, past)
        return _episode(candidate, assessment, past, recurrence, shift=shift, dismissed=gone, closed=closed)

    def _paged_elsewhere(self, provider: ProviderState, candidate: Candidate, assessment: Assessment) -> Shift | None:
        moved = set(assessment.moved)
        return already_paged(provider, candidate, assessment.cause, moved, self._config.same_time_s)


def _came(candidate: Candidate, assessment: Assessment, recurrence: Recurrence) -> Recurrence:
    """A new shift, or one that recurred."""
    if recurs(assessment.results, recurrence.ended):
        return recurrence.recurred(candidate.now.time)
    return Recurrence(since=candidate.onset.time)


def _with_note(cause: Cause, paged: Shift | None) -> Cause:
    return msgspec.structs.replace(cause, because=[*cause.because, note(paged)]) if paged else cause


def _paged_before(candidate: Candidate, past: Episode | None) -> bool:
    return past is not None and past.paged and lifecycle.continues(candidate, past) is not None


def _episode(
    candidate: Candidate,
    assessment: Assessment,
    past: Episode | None,
    recurrence: Recurrence,
    *,
    shift: Shift | None = None,
    dismissed: Dismissed | None = None,
    closed: Shift | None = None,
) -> Episode:
    return Episode(
        segment=candidate.segment,
        candidate=candidate.id,
        sequence=candidate.sequence,
        onset_s=candidate.onset.time.timestamp(),
        moved=assessment.moved,
        family=assessment.cause.family,
        kind=assessment.cause.kind,
        paged=_paged_before(candidate, past) or (shift is not None and shift.page),
        shift=shift,
        dismissed=dismissed,
        closed=closed,
        recurrence=recurrence,
    )


def _answer(provider: ProviderState, episode: Episode | None) -> Confirmed:
    reported = [shift for shift in (episode.closed, episode.shift) if shift] if episode else []
    gone = [episode.dismissed] if episode and episode.dismissed else []
    return Confirmed(provider.to_bytes(), reported, gone)
