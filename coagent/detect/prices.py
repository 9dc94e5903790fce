"""A segment's billing, learned from its first rows: cost is linear in the token counts."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from coagent.detect.compiled import compiled
from coagent.detect.raw import PLACE, Raw

Weights = NDArray[np.float64]
"""Price of an input, a cached input, a cache write and an output token, relative to the dearest; shape (4,)."""

EQUAL: Weights = np.ones(4)
FEWEST_ROWS = 20
WORST_FIT = 0.05
LEAST = 1000
"""Of the whole numbers that prices are rounded to, in a unit of their own: four digits."""


@compiled
def _known_or_zero(count: float) -> float:
    """0 for what is unknown: where not to say it means that there was none."""
    return 0.0 if np.isnan(count) else count


@compiled
def _tokens_of(row: int, raw: Raw) -> tuple[float, float, float, float]:
    """Uncached input, cached input, cache writes, output."""
    cached = _known_or_zero(raw[PLACE.cached_input_tokens, row])
    written = _known_or_zero(raw[PLACE.cache_write_tokens, row])
    return raw[PLACE.input_tokens, row] - cached, cached, written, raw[PLACE.output_tokens, row]


@compiled
def _tokens(raw: Raw) -> NDArray[np.float64]:
    """`_tokens_of` each row, shape (4, rows)."""
    tokens = np.empty((4, raw.shape[1]))
    for j in range(tokens.shape[1]):
        tokens[0, j], tokens[1, j], tokens[2, j], tokens[3, j] = _tokens_of(j, raw)
    return tokens


def fit(raw: Raw) -> Weights:
    """Relative prices from the first rows; all equal where they are too few, or where cost is not linear in tokens."""
    tokens, cost = _tokens(raw), raw[PLACE.cost_usd]
    known = np.isfinite(cost) & (cost > 0) & np.isfinite(tokens).all(axis=0)
    if known.sum() < FEWEST_ROWS:
        return EQUAL
    tokens, cost = tokens[:, known], cost[known]
    prices: Weights = nnls((tokens / cost).T, np.ones(len(cost)))[0]
    if prices.max() <= 0 or np.median(np.abs(prices @ tokens / cost - 1)) > WORST_FIT:
        return EQUAL
    return np.asarray(prices / prices.max(), np.float64)


@compiled
def fill_unit_price(found: NDArray[np.float32], raw: Raw, weights: Weights) -> None:
    """USD per token of the dearest kind, to four digits (bills are rounded), so that one price is one value."""
    unit = 0.0
    for j in range(len(found)):
        fresh, cached, written, output = _tokens_of(j, raw)
        tokens = weights[0] * fresh + weights[1] * cached + weights[2] * written + weights[3] * output
        cost = raw[PLACE.cost_usd, j]
        found[j] = np.nan
        if tokens > 0 and cost > 0:
            price = cost / tokens
            if not LEAST * unit <= price < 10 * LEAST * unit:
                unit = 10.0 ** np.floor(np.log10(price)) / LEAST
            found[j] = np.rint(price / unit) * unit
