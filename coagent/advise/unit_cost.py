"""What an account pays for a token, lengths apart."""

import numpy as np

from coagent.advise.frame import Floats, Frame, divided
from coagent.domain.unit_price import UnitPrice

MOST = 0.95
"""Of a day's answered requests have to have a known cost."""


def unit_cost(frame: Frame) -> Floats:
    """US dollars a token in, by day, shape (accounts, days): the cost of answered requests by their tokens, a token out
    or cached counted as so many tokens in as it costs by the price table. It does not move with lengths or the cached
    share; NaN where unknown.
    """
    weights = np.array([_weights(price) for price in frame.unit_prices])
    sent, answered = frame["input_tokens"], frame["output_tokens"]
    cached = np.nan_to_num(frame["cached_input_tokens"])
    tokens = sent - cached + weights[:, :1] * answered + weights[:, 1:] * cached
    priced = divided(frame["cost_known"], frame["requests"] - frame["errors"])
    paid = frame["cost_usd"] - frame["failed_cost_usd"]
    return np.where((priced > MOST) & (frame["long_inputs"] == 0), divided(paid, tokens), np.nan)


def _weights(price: UnitPrice | None) -> tuple[float, float]:
    """Of a token out and of a cached token in, beside a token in."""
    if price is None or not price.input:
        return np.nan, np.nan
    return price.output / price.input, price.cached / price.input
