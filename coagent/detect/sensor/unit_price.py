"""The unit price as a fact: cost is linear in the token counts, so prices fitted to a few rows hold for all others.

No statistic and no question of traffic: a few costs in a row that are off by more than rounding are another price.
"""

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray
from scipy.optimize import nnls

from coagent.detect.sensor.constants import IN_A_ROW, OFF_PRICE, PRICED_ROWS, ROUNDINGS

Floats = NDArray[np.float64]

KINDS_OF_TOKENS = 4
DIGITS = 12
"""Decimals of a cost that are looked at for its rounding."""
WORST_OF_FIT = 1
"""Of the first rows, so many may be off; with more, cost is not linear in tokens and nothing is said of it."""


class UnitPrice(Struct, array_like=True):
    """`prices`: of each kind of tokens, empty until they are fitted to the first rows in `waiting` (cost and tokens
    each). `rounding`: the last digit that costs have. `off`: rows off the price in a row, up to now. `linear`: whether
    costs followed tokens at all.
    """

    waiting: list[list[float]] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    rounding: float = 0.0
    off: int = 0
    linear: bool = True

    def changes(self, costs: Floats, tokens: Floats) -> list[int]:
        """Rows at which the price is known to be another one. `tokens`: shape (KINDS_OF_TOKENS, rows); NaN unknown."""
        known = np.flatnonzero(np.isfinite(costs) & (costs > 0) & np.isfinite(tokens).all(axis=0))
        found, at = [], 0
        while at < len(known) and self.linear:
            if not self.prices:
                at += self._wait(costs[known[at:]], tokens[:, known[at:]])
                continue
            stop = self._first_change(costs[known[at:]], tokens[:, known[at:]])
            if stop is None:
                break
            at += stop + 1
            found.append(int(known[at - 1]))
        return found

    def _wait(self, costs: Floats, tokens: Floats) -> int:
        """How many rows were taken."""
        taken = min(PRICED_ROWS - len(self.waiting), len(costs))
        self.waiting += np.vstack([costs[:taken], tokens[:, :taken]]).T.tolist()
        if len(self.waiting) == PRICED_ROWS:
            self._fit(np.array(self.waiting))
            self.waiting = []
        return taken

    def _fit(self, rows: Floats) -> None:
        costs, tokens = rows[:, 0], rows[:, 1:]
        prices = nnls(tokens / costs[:, None], np.ones(len(costs)))[0]
        self.rounding, self.prices, self.off = _last_digit(costs), prices.tolist(), 0
        self.linear = int(self._is_off(costs, tokens.T).sum()) <= WORST_OF_FIT

    def _is_off(self, costs: Floats, tokens: Floats) -> NDArray[np.bool_]:
        expected = np.array(self.prices) @ tokens
        return np.asarray(np.abs(expected - costs) > OFF_PRICE * costs + ROUNDINGS * self.rounding, np.bool_)

    def _first_change(self, costs: Floats, tokens: Floats) -> int | None:
        """Place of the row that completes IN_A_ROW; the price is to be learned anew then."""
        for place, off in enumerate(self._is_off(costs, tokens).tolist()):
            self.off = self.off + 1 if off else 0
            if self.off == IN_A_ROW:
                self.prices, self.off = [], 0
                return place
        return None


def _last_digit(costs: Floats) -> float:
    decimals = [len(f"{cost:.{DIGITS}f}".rstrip("0").partition(".")[2]) for cost in costs.tolist()]
    return float(10.0 ** -max(decimals))


def token_kinds(fresh_and_cached: Floats, cached: Floats, written: Floats, output: Floats) -> Floats:
    """Uncached input, cached input, cache writes and output, shape (KINDS_OF_TOKENS, rows). Where a count of cached or
    written tokens is unknown there were none.
    """
    read, wrote = np.nan_to_num(cached), np.nan_to_num(written)
    return np.stack([fresh_and_cached - read - wrote, read, wrote, output])
