"""Whether the log-probabilities of two fixed prompts are still those of the same model: windows of a day compared.

A window's distance from the mean of the windows before it, on a logarithmic scale, is compared with the earlier ones'
distances: its standardized residual has Student's t distribution whatever their mean and deviation are, and is
independent of those before it (recursive residuals: Brown, Durbin and Evans, 1975). A bet on a large residual is an
e-value; they are added up Shiryaev-Roberts style, so P(evidence reaches A within T windows) is at most T / A where
distances are log-normal, while no window was left out; over the last W, each reaches A with at most W / A.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats
from scipy.special import logsumexp

from coagent.probe.counts import Floats

Looks = Sequence[Mapping[str, float]]
"""By fixed prompt: the log-probability (nats) of each of the top answers."""

WINDOW_LOOKS = 24
"""A day, asked hourly."""
LEARNED = 4
"""Windows before the first one that is judged: a deviation needs three distances."""
FLOOR_NATS = 0.01
"""Below this, distances are rounding."""
BETS = np.array([3.0, 8.0, 20.0])
"""Residuals that a change makes, in deviations; each bet is a t distribution around it."""


def window_evidence(windows: Sequence[Sequence[Looks]]) -> list[float]:
    """log10 of the evidence after each window from the fifth on; a window is its looks, a failed one left out."""
    distances = _distances(_means(windows))
    found, summed = [], -np.inf
    for place in range(LEARNED - 1, len(distances)):
        summed = np.logaddexp(0.0, summed) + _log_bet(distances[:place], distances[place])
        found.append(float(summed / np.log(10)))
    return found


def _means(windows: Sequence[Sequence[Looks]]) -> Floats:
    """Windows by answers. An answer outside of a look's top ones is at most as likely as the last of them."""
    names = sorted({(at, one) for window in windows for look in window for at, top in enumerate(look) for one in top})
    return np.array([np.mean([_row(look, names) for look in window], 0) for window in windows])


def _row(look: Looks, names: Sequence[tuple[int, str]]) -> list[float]:
    least = [min(top.values(), default=0.0) for top in look]
    return [look[at].get(one, least[at]) for at, one in names]


def _distances(means: Floats) -> Floats:
    """Logarithm of the mean distance, in nats, of each window from the mean of those before it; the mean of few windows
    is further from any.
    """
    found = []
    for place in range(1, len(means)):
        distance = np.abs(means[place] - means[:place].mean(0)).mean() + FLOOR_NATS
        found.append(np.log(distance) - 0.5 * np.log1p(1 / place))
    return np.array(found)


def _log_bet(earlier: Floats, distance: float) -> float:
    freedom = len(earlier) - 1
    deviation = max(float(earlier.std(ddof=1)), 1e-9) * np.sqrt(1 + 1 / len(earlier))
    residual = (distance - earlier.mean()) / deviation
    spread = stats.t.logpdf(residual, freedom, loc=BETS, scale=np.maximum(BETS / 3, 1))
    return float(logsumexp(spread) - np.log(len(BETS)) - stats.t.logpdf(residual, freedom))
