"""Unit prices as billed: list prices times what an account really pays of them."""

from typing import NamedTuple

import numpy as np

from coagent.advise.frame import Floats, Frame, divided


class BilledPrices(NamedTuple):
    """US dollars a token, shape (accounts,) each; NaN where no price of the model is known."""

    input: Floats
    output: Floats
    cached: Floats

    def column(self, name: str) -> Floats:
        """Shape (accounts, 1), 0 where unknown: nothing is saved there."""
        values: Floats = getattr(self, name)
        return np.nan_to_num(values)[:, None]


def billed_prices(frame: Frame) -> BilledPrices:
    """List price of each account's model (the operator's own first), times cost by list cost where both are known."""
    listed = [(one.input, one.output, one.cached) if one else (np.nan,) * 3 for one in frame.unit_prices]
    prices = np.array(listed).T * billed_share(frame)
    return BilledPrices(*prices)


def input_price(frame: Frame) -> Floats:
    """US dollars a token in, of what is cached and what is not; shape (accounts, 1)."""
    prices = billed_prices(frame)
    cached = np.nan_to_num(divided(frame.total("cached_input_tokens"), frame.total("cacheable_input_tokens")))
    return (1 - cached)[:, None] * prices.column("input") + cached[:, None] * prices.column("cached")


def billed_share(frame: Frame) -> Floats:
    """Cost by list cost, shape (accounts,); 1 where either is unknown. Failed requests that are billed stay out."""
    paid = np.nan_to_num(frame["cost_usd"]).sum(axis=1) - frame["failed_cost_usd"].sum(axis=1)
    share = divided(paid, np.nan_to_num(frame["list_cost_usd"]).sum(axis=1))
    return np.where(np.isnan(share), 1.0, share)
