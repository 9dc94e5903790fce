"""Who is affected by a change, and what it costs."""

from math import isfinite, sqrt

from scipy.special import stdtrit

from coagent.confirm.compare.effects import excludes_zero
from coagent.domain.candidate import Candidate, CostEvidence, PartEvidence
from coagent.domain.shift import CostChange, Effect, Part, SignalChange


def parts(candidate: Candidate, changes: list[SignalChange]) -> list[Part]:
    """Those that carry the change first, then the larger ones."""
    leading = next((one.effect.value for one in changes if one.name == candidate.signal), 0.0)
    found = [_part(one, leading) for one in candidate.parts]
    return sorted(found, key=lambda one: (one.carries is not True, -one.requests))


def _part(part: PartEvidence, leading: float) -> Part:
    effect = _effect(part)
    carries = None if effect is None else excludes_zero(effect) and effect.value * leading >= 0
    return Part(dimension=part.dimension, name=part.name, requests=part.rows, effect=effect, carries=carries)


def _effect(part: PartEvidence) -> Effect | None:
    """Cliff's delta is twice the mean rank less one; None without ranked rows."""
    ranks = part.mean_rank, part.low, part.high
    if not all(isfinite(rank) for rank in ranks):
        return None
    value, low, high = (2 * rank - 1 for rank in ranks)
    return Effect("cliffs_delta", value, low, high)


def cost(evidence: CostEvidence | None) -> CostChange | None:
    """Mean cost per request after minus before, with Welch's 95 % interval, times the requests a day; no amount where
    a side has fewer than two priced requests.
    """
    if evidence is None:
        return None
    per_day = [None if one is None else one * evidence.requests_per_day for one in _difference(evidence)]
    return CostChange(
        requests_per_day=evidence.requests_per_day,
        usd_per_day=per_day[0],
        low=per_day[1],
        high=per_day[2],
        priced_share=evidence.priced_share,
    )


def _difference(evidence: CostEvidence) -> tuple[float, float, float] | tuple[None, None, None]:
    """USD per request (Welch 1947)."""
    mean_before, sd_before = evidence.mean_before_usd, evidence.sd_before_usd
    mean_after, sd_after = evidence.mean_after_usd, evidence.sd_after_usd
    if mean_before is None or sd_before is None or mean_after is None or sd_after is None:
        return None, None, None
    before, after = sd_before**2 / evidence.n_before, sd_after**2 / evidence.n_after
    value, variance = mean_after - mean_before, before + after
    if variance == 0:
        return value, value, value
    freedom = variance**2 / (before**2 / (evidence.n_before - 1) + after**2 / (evidence.n_after - 1))
    reach = float(stdtrit(freedom, 0.975)) * sqrt(variance)
    return value, value - reach, value + reach
