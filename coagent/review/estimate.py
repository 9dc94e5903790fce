"""Success rates from labels of a stratified sample, with intervals that hold for small samples and rates near 1.

Horvitz and Thompson's estimate with weights N_h / r_h (Cochran, Sampling Techniques, chapters 5 and 5A), as a ratio for
parts of strata; variances of each stratum are drawn towards the whole's, so that two equal labels are not taken for
certainty; limits are Clopper and Pearson's at the effective sample size (Korn and Graubard 1998).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from coagent.review.change import DayRate

CONFIDENCE = 0.95
PSEUDO_LABELS = 2.0
"""Of the whole's rate that each stratum's is drawn towards; a success and a failure that the whole's is. Convention."""

Floats = NDArray[np.float64]
Limits = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SampledStratum:
    """`labels`: of those labelled the share of reviewers that said success, 0 to 1; `is_meant`: which of them belong to
    what is estimated. `unknown`: drawn and meant, but not labelled.
    """

    requests: int
    labels: Floats
    is_meant: NDArray[np.bool_]
    unknown: int = 0

    @property
    def labelled(self) -> int:
        return len(self.labels)

    @property
    def weight(self) -> float:
        return self.requests / self.labelled


@dataclass(frozen=True, slots=True)
class Estimate:
    """`variance`: of the rate, 0 where all requests are labelled; `low` and `high`: 95 % limits; `blind`: share of
    requests in strata without labels.
    """

    rate: float
    low: float
    high: float
    variance: float
    blind: float


def whole(requests: int, labels: Sequence[float], unknown: int = 0) -> SampledStratum:
    """A stratum all of whose requests are meant."""
    return SampledStratum(requests, np.asarray(labels, float), np.ones(len(labels), np.bool_), unknown)


def estimate(strata: Sequence[SampledStratum], disagreement: float | None = None) -> Estimate | None:
    """None where no label is of what is meant. Strata without labels may hold anything: their share widens the
    interval, and so does `disagreement`: the share of second looks that differ bounds how far the verdicts of single
    reviewers are from that of most.
    """
    known = [one for one in strata if one.labelled]
    if not any(one.is_meant.any() for one in known):
        return None
    rate, variance, labels = _moments(known)
    blind = 1 - sum(one.requests for one in known) / sum(one.requests for one in strata)
    low, high = _limits(rate, labels, blind, disagreement or 0.0)
    return Estimate(rate, low, high, variance, blind)


def interval(days: DayRate, disagreement: float | None) -> Limits:
    """95 % limits of the rate that the days' requests came from, to compare with other days: of the sample's variance,
    and of the requests, whose outcomes vary by chance even where all are labelled.
    """
    smooth = _smooth(days.rate, days.labelled)
    usual = smooth * (1 - smooth)
    labels = usual / (days.variance + usual / days.requests)
    return _limits(days.rate, labels, days.blind, disagreement or 0.0)


def bounds(strata: Sequence[SampledStratum], disagreement: float | None = None) -> tuple[float, float] | None:
    """Lower limit if all unknown ones failed, upper limit if all succeeded."""
    failed = estimate([_filled(one, 0.0) for one in strata], disagreement)
    succeeded = estimate([_filled(one, 1.0) for one in strata], disagreement)
    return None if failed is None or succeeded is None else (failed.low, succeeded.high)


def _filled(stratum: SampledStratum, label: float) -> SampledStratum:
    labels = np.concatenate([stratum.labels, np.full(stratum.unknown, label)])
    is_meant = np.concatenate([stratum.is_meant, np.ones(stratum.unknown, np.bool_)])
    return replace(stratum, labels=labels, is_meant=is_meant, unknown=0)


def _moments(strata: Sequence[SampledStratum]) -> tuple[float, float, float]:
    """Rate, its variance, and how many plain labels that is worth. The variance is no smaller than if all strata
    had one rate: strata whose few labels are alike gain nothing by it.
    """
    weights = np.concatenate([np.full(one.labelled, one.weight) for one in strata])
    labels = np.concatenate([one.labels for one in strata])
    is_meant = np.concatenate([one.is_meant for one in strata])
    size = float(weights[is_meant].sum())
    rate = float((weights * labels)[is_meant].sum()) / size
    effective = size**2 / float((weights[is_meant] ** 2).sum())
    smooth = _smooth(rate, effective)
    alike = sum(_rest(one) * float(one.is_meant.mean()) for one in strata) * smooth * (1 - smooth)
    own = sum(_rest(one) * _spread(one, rate, smooth) for one in strata)
    variance = max(own, alike) / size**2
    return rate, variance, smooth * (1 - smooth) / variance if variance else 0.0


def _rest(stratum: SampledStratum) -> float:
    """N_h² (1 - r_h / N_h) / r_h: times the spread it is the variance of the stratum's total."""
    return max(0.0, stratum.requests * (stratum.requests - stratum.labelled) / stratum.labelled)


def _spread(stratum: SampledStratum, rate: float, smooth: float) -> float:
    share = float(stratum.is_meant.mean())
    meant = stratum.labels[stratum.is_meant]
    own = (float(meant.sum()) + PSEUDO_LABELS * smooth) / (len(meant) + PSEUDO_LABELS)
    between = 0.0 if share == 1 else (own - rate) ** 2
    return share * (own * (1 - own) + between)


def _smooth(rate: float, labels: float) -> float:
    """Never 0 or 1, however few labels are alike."""
    return (rate * labels + 1) / (labels + 2)


def _limits(rate: float, labels: float, blind: float, slack: float) -> Limits:
    """`labels`: 0 where every request is labelled."""
    low, high = _clopper_pearson(rate, labels) if labels else (rate, rate)
    return max(0.0, low * (1 - blind) - slack), min(1.0, high * (1 - blind) + blind + slack)


def _clopper_pearson(rate: float, labels: float) -> Limits:
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if rate <= 0 else float(betaincinv(rate * labels, (1 - rate) * labels + 1, tail))
    high = 1.0 if rate >= 1 else float(betaincinv(rate * labels + 1, (1 - rate) * labels, 1 - tail))
    return low, high
