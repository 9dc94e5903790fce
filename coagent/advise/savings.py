"""From observed days to a month, the one formula behind every figure.

    savings a month = 30 * mean over the observed days of what the change saves on each day

    expected: of the expected savings a day
    low:  the 5 % quantile of that mean over bootstrap samples of the days, of the least savings a day
    high: the 95 % quantile of that mean over bootstrap samples of the days, of the most savings a day

Least and most a day hold what is not known: adoption, another model's lengths, a price. Days are drawn with
replacement, all accounts together, so that days on which everybody was busy count as one draw. Source: Efron &
Tibshirani 1993, "An Introduction to the Bootstrap".
"""

import numpy as np

from coagent.advise.frame import Floats
from coagent.advise.proposal import Daily

DAYS_PER_MONTH = 30
SAMPLES = 2_000
"""Quantiles of 5 % rest on 100 of them: convention."""
QUANTILE = 0.05
SEED = 31

Monthly = Daily
"""US dollars a month, shape (accounts,)."""


def a_month(daily: Daily) -> Monthly:
    """Each account's share of the whole's low, expected and high."""
    low, high = _quantile(daily.low.sum(axis=0), QUANTILE), _quantile(daily.high.sum(axis=0), 1 - QUANTILE)
    expected = DAYS_PER_MONTH * daily.expected.mean(axis=1)
    low_shares, high_shares = _shares(daily.low), _shares(daily.high)
    return Monthly(
        low=np.minimum(low_shares * low, expected), expected=expected, high=np.maximum(high_shares * high, expected)
    )


def _shares(daily: Floats) -> Floats:
    of_each = daily.sum(axis=1)
    whole = of_each.sum()
    return of_each / whole if whole > 0 else np.zeros(len(daily))


def _quantile(days: Floats, share: float) -> float:
    """Of the mean over resampled days, for a month."""
    drawn = np.random.default_rng(SEED).integers(len(days), size=(SAMPLES, len(days)))
    return float(DAYS_PER_MONTH * np.quantile(days[drawn].mean(axis=1), share))
