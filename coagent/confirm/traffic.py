"""Whether the traffic changed: the client's own choices, compared across all rows."""

from collections.abc import Mapping, Sequence

from coagent.confirm.finding import Finding
from coagent.confirm.reading import Reading
from coagent.confirm.wording import moved, names, words
from coagent.domain.candidate import Candidate

FULL_DELTA = 0.4
FULL_DISTANCE = 0.3
ALARMED = 0.8
SETTLED_ROWS = 200
"""Rows under a new traffic in which the signals would have shown that they follow it."""


def traffic_findings(candidate: Candidate, read: Mapping[str, Reading]) -> list[Finding]:
    """`traffic` where a covariate moved with the signals or alone, `traffic_still` where all stand still."""
    covariates = [reading for reading in read.values() if reading.signal.owner == "client"]
    signals = [reading for reading in read.values() if reading.signal.owner != "client"]
    with_it = [reading for reading in covariates if reading.moved and not long_before(reading, signals)]
    if with_it:
        return [_moved(candidate, with_it)]
    stillness = min((reading.stillness for reading in covariates), default=0.0)
    return [Finding("traffic_still", stillness, f"the traffic stood still ({names(covariates)})")] if stillness else []


def long_before(covariate: Reading, signals: Sequence[Reading]) -> bool:
    """Whether the signals are seen to have stood still under the new traffic before they moved themselves."""
    onsets = [reading.onset_low for reading in signals if reading.alarmed and reading.onset_low is not None]
    if not onsets or covariate.alarmed is None or covariate.onset_high is None:
        return False
    return min(onsets) - max(covariate.onset_high, covariate.alarmed.ordinal) > SETTLED_ROWS


def _moved(candidate: Candidate, covariates: Sequence[Reading]) -> Finding:
    largest = max(covariates, key=_size)
    alarmed = any(reading.alarmed for reading in covariates)
    first = any(reading.alarmed and reading.alarmed.ordinal <= candidate.raised.ordinal for reading in covariates)
    strength = min(1.0, max(_size(largest), ALARMED if alarmed else 0.0))
    return Finding("traffic", strength, f"the traffic changed{' first' if first else ''}: {_text(largest)}")


def _size(covariate: Reading) -> float:
    """1 where the middle moved far, or the shape did."""
    return max(abs(covariate.effect.value) / FULL_DELTA, covariate.distance / FULL_DISTANCE)


def _text(covariate: Reading) -> str:
    if abs(covariate.effect.value) / FULL_DELTA >= covariate.distance / FULL_DISTANCE:
        return moved(covariate)
    return f"{words(covariate.signal.name)} is spread otherwise (Kolmogorov's distance {covariate.distance:.2f})"
