"""A segment's billing, learned from its first rows: cost is linear in the token counts."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from coagent.detect.raw import PLACE, Raw, known_or_zero

Weights = NDArray[np.float64]
"""Price of an input, a cached input, a cache write and an output token, relative to the dearest; shape (4,)."""

EQUAL: Weights = np.ones(4)
FEWEST_ROWS = 20
WORST_FIT = 0.05
DIGITS = 4


def _tokens(raw: Raw) -> NDArray[np.float64]:
    """Uncached input, cached input, cache writes, output; shape (4, rows); an unknown cache count reads as none."""
    cached = known_or_zero(raw[PLACE["cached_input_tokens"]])
    written = known_or_zero(raw[PLACE["cache_write_tokens"]])
    return np.stack([raw[PLACE["input_tokens"]] - cached, cached, written, raw[PLACE["output_tokens"]]])


def fit(raw: Raw) -> Weights:
    """Relative prices from the first rows; all equal where they are too few, or where cost is not linear in tokens."""
    tokens, cost = _tokens(raw), raw[PLACE["cost_usd"]]
    known = np.isfinite(cost) & (cost > 0) & np.isfinite(tokens).all(axis=0)
    if known.sum() < FEWEST_ROWS:
        return EQUAL
    tokens, cost = tokens[:, known], cost[known]
    prices: Weights = nnls((tokens / cost).T, np.ones(len(cost)))[0]
    if prices.max() <= 0 or np.median(np.abs(prices @ tokens / cost - 1)) > WORST_FIT:
        return EQUAL
    return np.asarray(prices / prices.max(), np.float64)


def unit_price(raw: Raw, weights: Weights) -> NDArray[np.float64]:
    """USD per token of the dearest kind, to four digits (bills are rounded), so that one price is one value."""
    cost = raw[PLACE["cost_usd"]]
    if np.isnan(cost).all():
        return np.asarray(cost)
    tokens = weights @ _tokens(raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.where((tokens > 0) & (cost > 0), cost / tokens, np.nan)
        unit = 10.0 ** (np.floor(np.log10(price)) - (DIGITS - 1))
        return np.asarray(np.rint(price / unit) * unit)
