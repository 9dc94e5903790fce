"""How likely a day's answers are where the model is the same: its shares differ from day to day, are sharper or flatter
than before, and answers come that were never seen.
"""

from dataclasses import dataclass

import numpy as np

from coagent.probe.counts import Floats, independent
from coagent.probe.dirichlet_multinomial import log_likelihood

CONCENTRATIONS = np.array([0.5, 1, 2, 5, 10, 30, 100.0])
"""Of days: at 0.5 a day's answers to a prompt are nearly all one, at 100 days hardly differ."""
EXPONENTS = np.array([0.25, 0.5, 1, 2, 4.0])
"""Of all shares of a day together, as another temperature or another mix of hosts makes them."""
NEW_FACTORS = np.array([1.0, 5.0])
TYPICAL = 10.0
UNSEEN = 0.5
"""Calls that every known answer is credited with (Krichevsky and Trofimov, 1981)."""
NEW_LEAST, NEW_MOST = 0.01, 0.2
"""Bounds of the share of answers that were never seen: a thousandth would make one of them proof."""
NEW_PRIOR_CALLS = 100.0


@dataclass(frozen=True, slots=True)
class SameModel:
    """Log likelihoods of one day. `log_likelihoods`: by concentration, exponent and factor; `typical`: by prompt, one
    of them; `shares`: prompts by (known answers and, last, the new ones).
    """

    log_likelihoods: Floats
    typical: Floats
    shares: Floats

    @property
    def best_concentration(self) -> float:
        """The one that explains the day best."""
        place = np.unravel_index(self.log_likelihoods.argmax(), self.log_likelihoods.shape)[0]
        return float(CONCENTRATIONS[place])

    def most(self, least_concentration: float) -> float:
        """The highest log likelihood where days differ no more than that."""
        return float(self.log_likelihoods[least_concentration <= CONCENTRATIONS].max())


def coarse(counts: Floats, known: Floats) -> Floats:
    """Known answers, and in one category all others."""
    new = np.where(known, 0.0, counts).sum(-1, keepdims=True)
    return np.concatenate([np.where(known, counts, 0.0), new], -1)


def same_model(earlier: Floats, day: Floats) -> SameModel:
    """`earlier`: days by prompts by answers, `day`: prompts by answers."""
    known = earlier.sum(0) > 0
    counts, new = coarse(day, known), new_share(earlier)
    alphas = np.stack([_alphas(earlier, known, one, new) for one in CONCENTRATIONS])
    by_prompt = log_likelihood(counts, alphas)
    typical = int(np.searchsorted(CONCENTRATIONS, TYPICAL))
    return SameModel(by_prompt.sum(-1), by_prompt[typical, 2, 0], _shares(earlier, known, TYPICAL, new)[0])


def new_share(earlier: Floats) -> float:
    """Of answers after the first day that had not been seen before them."""
    seen = np.cumsum(earlier, 0) - earlier > 0
    first = float(np.where(seen, 0.0, earlier)[1:].sum())
    share = (first + 1) / (float(earlier[1:].sum()) + NEW_PRIOR_CALLS)
    return min(max(share, NEW_LEAST), NEW_MOST)


def _shares(earlier: Floats, known: Floats, concentration: float, new: float) -> tuple[Floats, Floats]:
    """Mean shares, and how many independent calls they rest on."""
    counted = np.where(known, independent(earlier, concentration).sum(0) + UNSEEN, 0.0)
    calls = counted.sum(-1, keepdims=True)
    shares = counted / np.maximum(calls, UNSEEN)
    return np.concatenate([shares * (1 - new), np.full_like(calls, new)], -1), np.maximum(calls, UNSEEN)


def _alphas(earlier: Floats, known: Floats, concentration: float, new: float) -> Floats:
    """Exponents by factors by prompts by categories. A mean of few calls is itself uncertain: variances add up."""
    shares, calls = _shares(earlier, known, concentration, new)
    tempered = np.where(known, shares[..., :-1] ** EXPONENTS[:, None, None], 0.0)
    tempered = tempered / np.maximum(tempered.sum(-1, keepdims=True), 1e-300)
    news = np.minimum(new * NEW_FACTORS, 0.5)[None, :, None, None]
    kept = tempered[:, None] * (1 - news)
    last = np.broadcast_to(news, (*kept.shape[:-1], 1))
    return np.asarray(np.concatenate([kept, last], -1) / (1 / concentration + 1 / calls))
