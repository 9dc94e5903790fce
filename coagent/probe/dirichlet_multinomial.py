"""The Dirichlet-multinomial distribution of counts whose shares differ from day to day."""

import numpy as np
from scipy.special import gammaln

from coagent.probe.counts import Floats


def log_likelihood(counts: Floats, alpha: Floats) -> Floats:
    """Of each row's counts (last axis), without the multinomial coefficient, which cancels in every ratio. A category
    with alpha 0 does not exist. Mosimann, Biometrika 49 (1962).

    >>> float(np.exp(log_likelihood(np.array([1.0, 1.0]), np.array([1.0, 1.0]))).round(4))
    0.1667
    """
    there = alpha > 0
    safe = np.where(there, alpha, 1.0)
    counted = np.where(there, counts, 0.0)
    terms = np.where(counted > 0, gammaln(safe + counted) - gammaln(safe), 0.0).sum(-1)
    total = np.where(there, alpha, 0.0).sum(-1)
    return np.asarray(terms + gammaln(total) - gammaln(total + counted.sum(-1)))
