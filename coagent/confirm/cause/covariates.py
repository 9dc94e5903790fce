"""Whether the traffic changed: the client's own choices, compared across all rows."""

from collections.abc import Mapping, Sequence

from coagent.confirm.cause.finding import Finding
from coagent.confirm.compare.signal_result import Reading
from coagent.confirm.wording import moved, names, words
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Effect

PRICE = "unit_price_usd"
FULL_DELTA = 0.4
FULL_DISTANCE = 0.3
ALARMED = 0.8
LATE_ROWS = 16
"""So far an onset may be off."""
SETTLED_ROWS = 200
"""Rows under a new traffic in which the signals would have shown that they follow it."""


def traffic_findings(candidate: Candidate, read: Mapping[str, Reading]) -> list[Finding]:
    """`traffic` where a covariate moved with the signals or alone, `traffic_still` where all stand still."""
    covariates = [reading for reading in read.values() if reading.signal.owner == "client"]
    signals = [reading for reading in read.values() if reading.signal.owner != "client"]
    if priced(read):
        return []
    with_it = [reading for reading in covariates if reading.moved and not _at_another_time(reading, signals)]
    if with_it:
        return [_moved(candidate, with_it, explained(with_it, signals))]
    stillness = min((reading.stillness for reading in covariates), default=0.0)
    return [Finding("traffic_still", stillness, f"the traffic stood still ({names(covariates)})")] if stillness else []


def priced(read: Mapping[str, Reading]) -> bool:
    """Whether the same tokens cost another price: no traffic does that, and another tokenizer may look like traffic."""
    return PRICE in read and read[PRICE].alarmed is not None


def long_before(covariate: Reading, signals: Sequence[Reading]) -> bool:
    """Whether the signals are seen to have stood still under the new traffic before they moved themselves."""
    onsets = [reading.onset_low for reading in signals if reading.alarmed and reading.onset_low is not None]
    if not onsets or covariate.alarmed is None or covariate.onset_high is None:
        return False
    return min(onsets) - max(covariate.onset_high, covariate.alarmed.ordinal) > SETTLED_ROWS


def _at_another_time(covariate: Reading, signals: Sequence[Reading]) -> bool:
    return long_before(covariate, signals) or after_them(covariate, signals)


def after_them(covariate: Reading, signals: Sequence[Reading]) -> bool:
    """Whether it surely moved only after the signals had."""
    onsets = [reading.onset_high for reading in signals if reading.alarmed and reading.onset_high is not None]
    return bool(onsets) and covariate.onset_low is not None and covariate.onset_low - max(onsets) > LATE_ROWS


def explained(covariates: Sequence[Reading], signals: Sequence[Reading]) -> float:
    """How much of the largest move of a signal the traffic can be behind at most, as far as it shows: 0 to 1.

    Signals are compared within like requests, so what the covariates show is accounted for; the traffic can move a
    signal only by what goes with that unseen. Where a fifth of the requests is of a new kind, no more than about a
    fifth of the answers is: Kolmogorov's distance and differences of rates are shares of requests.
    """
    needed = max((_share(reading.effect) for reading in signals if reading.moved), default=0.0)
    shown = max(max(_share(reading.effect), reading.distance) for reading in covariates)
    return min(1.0, shown / needed) if needed else 1.0


def _share(effect: Effect) -> float:
    """About the share of the rows that must have changed; Cliff's delta of a shift is the root of 2 of that."""
    return abs(effect.value) / (2**0.5 if effect.name == "cliffs_delta" else 1.0)


def _moved(candidate: Candidate, covariates: Sequence[Reading], behind: float) -> Finding:
    largest = max(covariates, key=_size)
    alarmed = any(reading.alarmed for reading in covariates)
    first = any(reading.alarmed and reading.alarmed.ordinal <= candidate.raised.ordinal for reading in covariates)
    strength = min(1.0, max(_size(largest), ALARMED if alarmed else 0.0)) * behind
    return Finding("traffic", strength, f"the traffic changed{' first' if first else ''}: {_text(largest)}")


def _size(covariate: Reading) -> float:
    """1 where the middle moved far, or the shape did."""
    return max(abs(covariate.effect.value) / FULL_DELTA, covariate.distance / FULL_DISTANCE)


def _text(covariate: Reading) -> str:
    if abs(covariate.effect.value) / FULL_DELTA >= covariate.distance / FULL_DISTANCE:
        return moved(covariate)
    return f"{words(covariate.signal.name)} is spread otherwise (Kolmogorov's distance {covariate.distance:.2f})"
