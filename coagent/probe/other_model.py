"""How likely answers are from a day on where another model gives them: what it says is learned from that day on."""

import numpy as np

from coagent.probe.counts import Floats, independent
from coagent.probe.dirichlet_multinomial import log_likelihood
from coagent.probe.same_model import SameModel, coarse

SHAPES = np.array([0.7, 5.0])
"""Concentration before anything is known of it: sharper (nearly one answer a prompt) and flatter."""
REPLACED = np.array([0.3, 1.0])
"""Share of the answers that the other model gives: a partial rollout, and all of them."""
BETWEEN_DAYS = 10.0


def other_model(days: Floats, day: int, same: SameModel) -> Floats:
    """Log likelihoods of `days[day]`, by the day on which the other model came (1 to `day`), by shape and share,
    by prompt.
    """
    known = days[:day].sum(0) > 0
    learned = independent(days[:day], BETWEEN_DAYS)
    since = np.cumsum(learned[::-1], 0)[::-1]
    after = np.concatenate([since[1:], np.zeros_like(since[:1])])
    seen = np.concatenate([after, np.zeros((*after.shape[:-1], 1))], -1)
    alphas = _prior(known, same)[None] + seen[:, None]
    calls = alphas.sum(-1, keepdims=True)
    return log_likelihood(coarse(days[day], known), alphas / calls / (1 / BETWEEN_DAYS + 1 / calls))


def _prior(known: Floats, same: SameModel) -> Floats:
    """Half of its answers were never seen, the others are any that were; the rest of a rollout is as before."""
    many = np.maximum(known.sum(-1, keepdims=True), 1)
    half = np.full((len(known), 1), 0.5)
    other = np.concatenate([np.where(known, 0.5 / many, 0.0), half], -1)
    mixed = [part * other + (1 - part) * same.shares for part in REPLACED]
    return np.stack([shape * mix for shape in SHAPES for mix in mixed])
