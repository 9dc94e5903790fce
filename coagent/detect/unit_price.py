"""The unit price: cost is linear in the token counts, so prices fitted to a few rows hold for all others.

As a fact it needs no statistics and no look at the traffic: a few costs in a row that are off by more than rounding
mean another price. As a signal it is the cost per token of the dearest kind, a value a row.
"""

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from coagent.detect.constants import COST_DIGITS, IN_A_ROW, OFF_PRICE, PRICED_ROWS, ROUNDINGS
from coagent.detect.input_columns import PLACE, Raw
from coagent.detect.sensor.jit import compiled

Floats = NDArray[np.float64]
Weights = NDArray[np.float64]
"""Price of an input, a cached input, a cache write and an output token, relative to the dearest; shape (4,)."""

UNKNOWN: Weights = np.zeros(4)
"""Before prices are fitted: no unit price is known."""
LEAST = 1000
"""Of the whole numbers that prices are rounded to, in a unit of their own: four digits."""


class UnitPrice(Struct, array_like=True):
    """`prices`: of each kind of tokens, empty until they are fitted to the first rows in `waiting` (cost and tokens
    each). `rounding`: the last digit that costs have. `off`: rows off the price in a row, up to now. `linear`: whether
    costs followed tokens at all. `relative`: the first prices as `Weights`, empty before them; they stay, so that
    values before and after a change compare.
    """

    waiting: list[list[float]] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    rounding: float = 0.0
    off: int = 0
    linear: bool = True
    relative: list[float] = field(default_factory=list)

    @property
    def weights(self) -> Weights:
        return np.array(self.relative) if self.relative else UNKNOWN

    def anew(self) -> "UnitPrice":
        """To be fitted to the rows that follow."""
        return UnitPrice(relative=self.relative)

    def changes(self, costs: Floats, tokens: Floats) -> list[int]:
        """Rows at which the price is known to be another one. `tokens`: shape (4, rows), as `token_kinds` orders them;
        NaN unknown.
        """
        known = _billed(costs, tokens)
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

    def first_fit(self, costs: Floats, tokens: Floats) -> int | None:
        """Place of the row with which prices can be fitted for the first time, None where it is not among these."""
        known, left = _billed(costs, tokens), PRICED_ROWS - len(self.waiting)
        return None if self.relative or self.prices or len(known) < left else int(known[left - 1])

    def _wait(self, costs: Floats, tokens: Floats) -> int:
        """How many rows were taken."""
        taken = min(PRICED_ROWS - len(self.waiting), len(costs))
        self.waiting += np.vstack([costs[:taken], tokens[:, :taken]]).T.tolist()
        if len(self.waiting) == PRICED_ROWS:
            self._fit(np.array(self.waiting))
            self.waiting = []
        return taken

    def _fit(self, rows: Floats) -> None:
        from scipy.optimize import nnls  # noqa: PLC0415  takes a moment to load

        costs, tokens = rows[:, 0], rows[:, 1:]
        prices = nnls(tokens / costs[:, None], np.ones(len(costs)))[0]
        self.rounding, self.prices, self.off = _last_digit(costs), prices.tolist(), 0
        self.linear = int(self._is_off(costs, tokens.T).sum()) <= 1
        if self.linear and not self.relative and prices.max() > 0:
            self.relative = (prices / prices.max()).tolist()

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


def _billed(costs: Floats, tokens: Floats) -> NDArray[np.int64]:
    """Rows of known cost and tokens."""
    return np.flatnonzero(np.isfinite(costs) & (costs > 0) & np.isfinite(tokens).all(axis=0))


def _last_digit(costs: Floats) -> float:
    decimals = [len(f"{cost:.{COST_DIGITS}f}".rstrip("0").partition(".")[2]) for cost in costs.tolist()]
    return float(10.0 ** -max(decimals))


def token_kinds(raw: Raw) -> Floats:
    """Uncached input, cached input, cache writes and output, shape (4, rows). Where a count of cached or written tokens
    is unknown there were none.
    """
    read, wrote = np.nan_to_num(raw[PLACE.cached_input_tokens]), np.nan_to_num(raw[PLACE.cache_write_tokens])
    return np.stack([raw[PLACE.input_tokens] - read - wrote, read, wrote, raw[PLACE.output_tokens]])


def fill_unit_price(found: NDArray[np.float32], raw: Raw, weights: Weights) -> None:
    """USD per token of the dearest kind, to four digits (bills are rounded), so that one price is one value."""
    _fill(found, (weights[:, None] * token_kinds(raw)).sum(axis=0), raw[PLACE.cost_usd])


@compiled
def _fill(found: NDArray[np.float32], tokens: Floats, costs: Floats) -> None:
    unit = 0.0
    for j in range(len(found)):
        found[j] = np.nan
        if tokens[j] > 0 and costs[j] > 0:
            price = costs[j] / tokens[j]
            if not LEAST * unit <= price < 10 * LEAST * unit:
                unit = 10.0 ** np.floor(np.log10(price)) / LEAST
            found[j] = np.rint(price / unit) * unit
