"""Whether to tell a candidate as a shift, to wait for more rows, or to dismiss it.

The alarm is a valid test by itself, so nothing waits for significance: only for a cause that is sure enough to wake
people, and for a size that matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coagent.confirm.cause.covariates import priced
from coagent.confirm.cause.finding import Finding
from coagent.confirm.compare.signal_result import Reading, excludes_zero
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.wording import words
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Cause, Effect

PAGING = frozenset({"provider", "client"})
PROVIDERS_OWN = frozenset({"declared", "price", "tokenizer", "logprob", "pace", "first_token", "shape", "failure"})
"""Findings that need no verdict on the traffic before they page."""

GONE_ROWS = 64
CLEAR_Q = 0.05
LEANING = 1.3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is the reason of a dismissal."""

    action: Literal["wait", "tell", "recover", "accept", "dismiss"]
    why: str = ""


def decide(
    candidate: Candidate,
    read: Mapping[str, Reading],
    found: Sequence[Finding],
    cause: Cause,
    config: ConfirmConfig,
    *,
    told: bool,
) -> Verdict:
    """`told` says whether it already is a shift that people know of."""
    if candidate.phase == "recovered":
        return Verdict("recover") if told else Verdict("dismiss", _by_itself(candidate))
    if candidate.phase == "reset":
        return Verdict("accept") if told else Verdict("dismiss", "its reference was replaced before it was judged")
    if candidate.phase == "final":
        return _last(read, told=told)
    return Verdict("tell" if told or _sure(candidate, read, found, cause, config) else "wait")


def _last(read: Mapping[str, Reading], *, told: bool) -> Verdict:
    why = _negligible(read)
    if told:
        return Verdict("recover" if why else "tell")
    return Verdict("dismiss", why) if why else Verdict("tell")


def _sure(
    candidate: Candidate,
    read: Mapping[str, Reading],
    found: Sequence[Finding],
    cause: Cause,
    config: ConfirmConfig,
) -> bool:
    """Whether it may be told before the last look."""
    names = {finding.name for finding in found}
    if candidate.rows_fresh >= config.fresh_rows_enough and not _negligible(read):
        return True
    if cause.confidence < config.page_confidence or cause.family == "unknown":
        return False
    waited = candidate.rows_fresh >= config.fresh_rows_answer
    if cause.family not in PAGING:
        return waited
    carried = cause.family == "client" or bool(names & PROVIDERS_OWN)
    traffic_judged = waited and "traffic_still" in names
    return _clear(read, config) and (traffic_judged or (carried and (waited or not _traffic_leans(read))))


def _clear(read: Mapping[str, Reading], config: ConfirmConfig) -> bool:
    """Whether some signal's move matters for sure, in the bulk or in the tails."""
    return any(
        max(reading.effect.low, -reading.effect.high) > reading.signal.minimum_effect
        or (reading.q_value is not None and reading.q_value <= CLEAR_Q)
        or (reading.tail is not None and reading.tail.low > config.minimum_tail_excess)
        for reading in read.values()
        if reading.moved and reading.signal.owner != "client"
    )


def _traffic_leans(read: Mapping[str, Reading]) -> bool:
    """Whether a covariate looks like moving (beyond about 99 %) though it has not yet."""
    covariates = [reading for reading in read.values() if reading.signal.owner == "client"]
    return not priced(read) and any(_beyond(reading.effect) for reading in covariates)


def _beyond(effect: Effect) -> bool:
    reach = LEANING * (effect.value - effect.low), LEANING * (effect.high - effect.value)
    return effect.value > reach[0] or -effect.value > reach[1]


def _negligible(read: Mapping[str, Reading]) -> str:
    """Why no alarm matters in the fresh rows; empty if one does."""
    alarmed = [reading for reading in read.values() if reading.alarmed]
    whys = [_too_small(reading) for reading in alarmed]
    return "; ".join(whys) if whys and all(whys) else ""


def _too_small(reading: Reading) -> str:
    fresh, least = reading.fresh, reading.signal.minimum_effect
    if fresh is None or (reading.tail is not None and reading.tail.low > 0):
        return ""
    name, unit = words(reading.signal.name), "Cliff's delta" if fresh.name == "cliffs_delta" else "difference of rates"
    size = f"{unit} {fresh.value:+.2f}, 95 % {fresh.low:+.2f} to {fresh.high:+.2f}"
    if max(abs(fresh.low), abs(fresh.high)) < least:
        return f"{name} is too small to matter: {size} in the rows after the alarm, {least} would matter"
    if reading.fresh_rows >= GONE_ROWS and abs(fresh.value) < least and not excludes_zero(fresh):
        return f"{name} is not seen any more: {size} in the {reading.fresh_rows} rows after the alarm"
    return ""


def _by_itself(candidate: Candidate) -> str:
    rows = candidate.now.ordinal - candidate.onset.ordinal
    return f"went back to what it was by itself within {rows} rows"
