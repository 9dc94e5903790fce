"""Whether to report a candidate as a shift, to wait for more rows or to dismiss it, and whether a report pages.

The alarm is a valid test by itself, so nothing waits for significance: only for a cause that is sure enough to page,
and for a size that matters.
"""

from dataclasses import dataclass
from typing import Literal

from coagent.confirm.assessment import Assessment
from coagent.confirm.cause.covariates import priced
from coagent.confirm.compare.effects import excludes_zero, least
from coagent.confirm.compare.signal_result import Results, SignalResult, covariates_of, moved_signals
from coagent.confirm.config import ConfirmConfig
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Effect, Hold
from coagent.domain.vocabulary import signal_name

PROVIDERS_OWN = frozenset(
    {
        "declared", "price", "tokenizer", "logprob", "slower", "faster", "first_token_later", "first_token_sooner",
        "shape", "failure", "failure_ends",
    }
)  # fmt: skip
"""Findings that need no answer about the request mix before they page."""


@dataclass(frozen=True, slots=True)
class History:
    """`reported`: it is an open shift already. `paged_elsewhere`: another stream paged for the same change.
    `recently_paged`: it recurred within a day of its last page.
    """

    reported: bool = False
    paged_elsewhere: bool = False
    recently_paged: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`held_because` is every reason why it does not page, `why` the text of a dismissal."""

    action: Literal["wait", "report", "recover", "accept", "dismiss"]
    held_because: tuple[Hold, ...] = ()
    why: str = ""

    @property
    def pages(self) -> bool:
        return self.action == "report" and not self.held_because


def decide(candidate: Candidate, assessment: Assessment, history: History, config: ConfirmConfig) -> Decision:
    """The one place that decides."""
    if candidate.phase == "recovered":
        return _over("recover", _by_itself(candidate), history)
    if candidate.phase == "reset":
        return _over("accept", "its reference was replaced before it was judged", history)
    small = negligible(assessment.results, config)
    if candidate.phase == "final" and small:
        return Decision("recover" if history.reported else "dismiss", ("too_small",), small)
    if candidate.phase == "final" or history.reported:
        return _report(candidate, assessment, history)
    waits = _waits(candidate, assessment, config, small=bool(small))
    return Decision("wait", waits) if waits else _report(candidate, assessment, history)


def _over(action: Literal["recover", "accept"], why: str, history: History) -> Decision:
    return Decision(action, ("ended",)) if history.reported else Decision("dismiss", ("ended",), why)


def _report(candidate: Candidate, assessment: Assessment, history: History) -> Decision:
    cause, direction = assessment.cause, assessment.direction
    reasons: dict[Hold, bool] = {
        "cause_unknown": cause.family == "unknown",
        "traffic": cause.family == "traffic",
        "own_deploy": cause.family == "client" and direction == "neither",
        "not_worse": direction == "better" or (not candidate.facts and _only_better_alarmed(assessment)),
        "mix_leaning": cause.family == "provider" and not _carried(assessment) and _mix_leans_unsettled(assessment),
        "already_paged": history.paged_elsewhere,
        "recently_paged": history.recently_paged,
    }
    return Decision("report", tuple(hold for hold, holds in reasons.items() if holds))


def _only_better_alarmed(assessment: Assessment) -> bool:
    """Improvements alarm at less evidence than what may page: nothing that shows beside one pages before it alarmed."""
    ways = {one.direction for one in moved_signals(assessment.results) if one.alarmed}
    return ways == {"better"}


def _waits(candidate: Candidate, assessment: Assessment, config: ConfirmConfig, *, small: bool) -> tuple[Hold, ...]:
    """Why it is not reported before the last look; empty where it is."""
    if candidate.rows_fresh >= config.fresh_rows_enough and not small:
        return ()
    waited, carried = candidate.rows_fresh >= config.fresh_rows_answer, _carried(assessment)
    if not _is_sure(candidate, assessment, config, waited=waited):
        return ("waiting_for_rows",)
    if waited and (assessment.cause.family == "traffic" or carried or "traffic_still" in assessment.found):
        return ()
    if not carried and assessment.cause.confidence < config.sure_confidence:
        return ("waiting_for_rows",)
    return ("mix_leaning",) if _mix_leans(assessment) else ()


def _is_sure(candidate: Candidate, assessment: Assessment, config: ConfirmConfig, *, waited: bool) -> bool:
    """Whether cause and size are."""
    cause = assessment.cause
    if cause.family == "unknown":
        return False
    if cause.family == "traffic":
        return waited
    return bool(candidate.facts) or _is_clear(assessment.results, config)


def _carried(assessment: Assessment) -> bool:
    """Whether something moved that no mix of requests moves."""
    return assessment.cause.family == "client" or bool(assessment.found & PROVIDERS_OWN)


def _is_clear(results: Results, config: ConfirmConfig) -> bool:
    """Whether some signal's move matters for sure, in the bulk or in the tails."""
    return any(
        least(one.effect) > one.signal.minimum_effect
        or (one.q_value is not None and one.q_value <= config.clear_q)
        or (one.tail is not None and one.tail.low > config.minimum_tail_excess)
        for one in moved_signals(results)
    )


def _mix_leans(assessment: Assessment) -> bool:
    """Whether a covariate looks like moving (beyond about 99 %) though it has not yet."""
    results = assessment.results
    return not priced(results) and any(_leans(one.effect) for one in covariates_of(results))


def _mix_leans_unsettled(assessment: Assessment) -> bool:
    return "traffic_still" not in assessment.found and _mix_leans(assessment)


def _leans(effect: Effect) -> bool:
    """1.3 times the reach of a 95 % interval is about that of a 99 % one."""
    reach = effect.value - effect.low if effect.value > 0 else effect.high - effect.value
    return abs(effect.value) > 1.3 * reach


def negligible(results: Results, config: ConfirmConfig) -> str:
    """Why no alarm matters in the fresh rows; empty if one does."""
    whys = [_too_small(one, config.fresh_rows_enough) for one in results.values() if one.alarmed]
    return "; ".join(whys) if whys and all(whys) else ""


def _too_small(result: SignalResult, rows_enough: int) -> str:
    fresh, minimum = result.fresh, result.signal.minimum_effect
    if fresh is None or result.has_moved_tail:
        return ""
    name, unit = (
        signal_name(result.signal.name),
        "Cliff's delta" if fresh.name == "cliffs_delta" else "difference of rates",
    )
    size = f"{unit} {fresh.value:+.2f}, 95 % {fresh.low:+.2f} to {fresh.high:+.2f}"
    if max(abs(fresh.low), abs(fresh.high)) < minimum:
        return f"{name} is too small to matter: {size} in the rows after the alarm, {minimum} would matter"
    if result.fresh_rows >= rows_enough and abs(fresh.value) < minimum and not excludes_zero(fresh):
        return f"{name} is not seen any more: {size} in the {result.fresh_rows} rows after the alarm"
    return ""


def _by_itself(candidate: Candidate) -> str:
    rows = candidate.now.ordinal - candidate.onset.ordinal
    return f"went back to what it was by itself within {rows} rows"
