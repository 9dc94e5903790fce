"""Quantiles of delays, where a change that was never found counts as an endless one."""

from collections.abc import Sequence

import numpy as np


def quantile(delays: Sequence[int | None], share: float) -> float | None:
    """None where it is one that was never found, or where there is none.

    >>> quantile([3, None, 1], 0.5), quantile([3, None, 1], 0.9), quantile([], 0.5)
    (3.0, None, None)
    """
    if not delays:
        return None
    found = float(np.quantile([np.inf if one is None else one for one in delays], share, method="inverted_cdf"))
    return None if np.isinf(found) else found
