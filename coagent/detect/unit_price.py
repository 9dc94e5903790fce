"""A stream's unit price: cost is linear in the token counts."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.input_columns import PLACE, Raw
from coagent.detect.sensor.jit import compiled

Weights = NDArray[np.float64]
"""Price of an input, a cached input, a cache write and an output token, relative to the dearest; shape (4,)."""

UNKNOWN: Weights = np.zeros(4)
"""Before prices are fitted: no unit price is known."""
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
