"""Whether the request mix changed: the client's own choices, compared across all rows."""

from collections.abc import Sequence

from coagent.confirm.cause.finding import Finding
from coagent.confirm.compare.signal_result import Results, SignalResult, covariates_of, signals_of
from coagent.confirm.wording import moved, names
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Effect
from coagent.domain.vocabulary import signal_name

FULL_DELTA, FULL_DISTANCE = 0.4, 0.3
"""A large change of the mix: Cliff's delta, KS distance. An alarm counts for 0.8 at least."""
LATE_ROWS = 16
"""How far an onset may be off."""
SETTLED_ROWS = 200
"""Rows under a new mix in which the signals would have shown that they follow it."""


def traffic_findings(candidate: Candidate, results: Results) -> list[Finding]:
    """`traffic` where a covariate moved with the signals or alone, `traffic_still` where none did."""
    covariates, signals = covariates_of(results), signals_of(results)
    if priced(results):
        return []
    with_it = [one for one in covariates if one.moved and not _at_another_time(one, signals)]
    if with_it:
        return [_moved(candidate, with_it, explained(with_it, signals))]
    stillness = min((one.stillness for one in covariates), default=0.0)
    return [Finding("traffic_still", stillness, f"request mix unchanged ({names(covariates)})")] if stillness else []


def priced(results: Results) -> bool:
    """Whether the same tokens cost another price: no mix does that, and another tokenizer may look like another mix."""
    return "unit_price_usd" in results and results["unit_price_usd"].alarmed is not None


def long_before(covariate: SignalResult, signals: Sequence[SignalResult]) -> bool:
    """Whether the signals did not move under the new mix for SETTLED_ROWS before they did."""
    onsets = [one.onset_low for one in signals if one.alarmed and one.onset_low is not None]
    if not onsets or covariate.alarmed is None or covariate.onset_high is None:
        return False
    return min(onsets) - max(covariate.onset_high, covariate.alarmed.ordinal) > SETTLED_ROWS


def after_them(covariate: SignalResult, signals: Sequence[SignalResult]) -> bool:
    """Whether it surely moved only after the signals had."""
    onsets = [one.onset_high for one in signals if one.alarmed and one.onset_high is not None]
    return bool(onsets) and covariate.onset_low is not None and covariate.onset_low - max(onsets) > LATE_ROWS


def _at_another_time(covariate: SignalResult, signals: Sequence[SignalResult]) -> bool:
    return long_before(covariate, signals) or after_them(covariate, signals)


def explained(covariates: Sequence[SignalResult], signals: Sequence[SignalResult]) -> float:
    """How much of the largest move of a signal the mix can explain at most, as far as it shows: 0 to 1.

    Signals are compared within like requests, so what the covariates show is accounted for; the mix can move a signal
    only by what goes with that unseen. Where a fifth of the requests is of a new kind, no more than about a fifth of
    the answers is: KS distance and differences of rates are shares of requests.
    """
    needed = max((_share(one.effect) for one in signals if one.moved), default=0.0)
    shown = max(max(_share(one.effect), one.distance) for one in covariates)
    return min(1.0, shown / needed) if needed else 1.0


def _share(effect: Effect) -> float:
    """About the share of the rows that must have changed; Cliff's delta of a shift is the root of 2 of that."""
    return abs(effect.value) / (2**0.5 if effect.name == "cliffs_delta" else 1.0)


def _moved(candidate: Candidate, covariates: Sequence[SignalResult], behind: float) -> Finding:
    largest = max(covariates, key=_size)
    alarms = [one.alarmed.ordinal for one in covariates if one.alarmed]
    first = any(at <= candidate.raised.ordinal for at in alarms)
    strength = min(1.0, max(_size(largest), 0.8 if alarms else 0.0)) * behind
    return Finding("traffic", strength, f"the request mix changed{' first' if first else ''}: {_text(largest)}")


def _size(covariate: SignalResult) -> float:
    """1 where the middle moved far, or the shape did."""
    return max(abs(covariate.effect.value) / FULL_DELTA, covariate.distance / FULL_DISTANCE)


def _text(covariate: SignalResult) -> str:
    if abs(covariate.effect.value) / FULL_DELTA >= covariate.distance / FULL_DISTANCE:
        return moved(covariate)
    return f"{signal_name(covariate.signal.name)}: distribution changed (KS distance {covariate.distance:.2f})"
