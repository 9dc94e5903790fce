"""What a month costs before and after.

    month = 30 * mean over days of requests * US dollars a request

Where the target has traffic of its own in a task, its own cost a request there counts, with its own lengths. Else the
operator's price for it at our lengths; else our cost a request times the ratio of both prices at our lengths, so that
discounts and tiers stay. Another model's
answers have other lengths: that figure has bounds only where both models were measured on another task, by their ratio
of output tokens there. Days are drawn with replacement (Efron & Tibshirani 1993), all tasks together.
"""

from typing import NamedTuple

import numpy as np

from coagent.domain.gate import Effect, Estimate
from coagent.domain.unit_price import UnitPrice
from coagent.gate.effect.intervals import BOOTSTRAP, Days, Floats, drawn_days, sampled
from coagent.gate.effect.measured import LEAST, Measured

DAYS_PER_MONTH = 30


class Prices(NamedTuple):
    """Prices of the present and of the new model; None: not known."""

    ours: UnitPrice | None
    theirs: UnitPrice | None


class Lengths(NamedTuple):
    """Tokens out of the new model for one of ours: least, typical, most; None: never measured."""

    least: float
    typical: float
    most: float


def divided(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing to divide by."""
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0))


def monthly(ours: Measured, days: int) -> float:
    """Requests a month."""
    return DAYS_PER_MONTH * ours.requests / days


def shared_tasks(ours: Measured, theirs: Measured | None, counted: str = "requests") -> list[tuple[int, int]]:
    """Places of tasks that both were measured on."""
    if theirs is None:
        return []
    pairs = [(place, theirs.tasks.index(task)) for place, task in enumerate(ours.tasks) if task in theirs.tasks]
    return [
        (one, two) for one, two in pairs if ours.total(counted)[one] >= LEAST and theirs.total(counted)[two] >= LEAST
    ]


def swap_cost(ours: Measured, theirs: Measured | None, prices: Prices, days: int, *, is_same_model: bool) -> Effect:
    """Of moving all of our requests there."""
    known = ours.total("requests_priced") > 0
    if not known.any():
        return Effect(metric="cost", why_unknown=f"no request of {ours.name} has a known cost")
    shared = dict(shared_tasks(ours, theirs, "requests_priced"))
    listed = [place for place in range(len(ours.tasks)) if place not in shared and known[place]]
    if listed and prices.theirs is None:
        why = "the new model was not measured here, and no price is known for it"
        return Effect(metric="cost", before=_before(ours, days), why_unknown=why)
    if any(not ours.total("output_tokens")[place] for place in listed):
        why = "the new model was not measured here, and the token counts of the present one are not known"
        return Effect(metric="cost", before=_before(ours, days), why_unknown=why)
    lengths = Lengths(1, 1, 1) if is_same_model else _lengths(ours, theirs, shared)
    move = _Move(ours, theirs, prices, shared, listed)
    before, after, change = _estimates(move, lengths, has_bounds=lengths is not None or not listed)
    scale = ours["requests"].shape[1] / days
    return Effect(
        metric="cost",
        before=scaled(before, scale),
        after=scaled(after, scale),
        change=scaled(change, scale),
        method=BOOTSTRAP if ours["requests"].shape[1] > 1 else "one day: no interval",
        rests_on=_rests_on(move, days),
    )


class _Move(NamedTuple):
    """`shared`: our tasks that they have too, to the place there; `listed`: our tasks at list prices."""

    ours: Measured
    theirs: Measured | None
    prices: Prices
    shared: dict[int, int]
    listed: list[int]

    def month(self, drawn: tuple[Days, Days], ratio: float) -> Floats:
        """US dollars, shape (samples,); `drawn`: our days and theirs."""
        volume = _volume(self.ours, drawn[0])
        month: Floats = np.zeros(volume.shape[1])
        if self.theirs is not None and self.shared:
            each = _rate(self.theirs, drawn[1])[list(self.shared.values())]
            month = month + np.nansum(volume[list(self.shared)] * each, axis=0)
        if self.prices.theirs is not None and self.listed:
            each = self._listed(self.prices.theirs, drawn[0], ratio)
            month = month + np.nansum(volume[self.listed] * each[self.listed], axis=0)
        return month

    def _listed(self, theirs: UnitPrice, drawn: Days, ratio: float) -> Floats:
        """US dollars a request, shape (tasks, samples)."""
        each = _at_list(self.ours, theirs, drawn, ratio)
        if self.prices.ours is None or theirs.is_own:
            return each
        return np.asarray(_rate(self.ours, drawn) * divided(each, _at_list(self.ours, self.prices.ours, drawn, 1)))


def _estimates(move: _Move, lengths: Lengths | None, *, has_bounds: bool) -> tuple[Estimate, Estimate, Estimate]:
    """Before, after and the change."""
    days = move.ours["requests"].shape[1]
    every, own, other = np.arange(days)[None], drawn_days(days, 1), drawn_days(days, 2)
    ratios = lengths or Lengths(1, 1, 1)
    spent, before = _month(move.ours, own), float(_month(move.ours, every)[0])
    after = float(move.month((every, every), ratios.typical)[0])
    low, high = (move.month((own, other), one) for one in (ratios.least, ratios.most))
    known = sampled(before, spent)
    if not has_bounds:
        return known, Estimate(value=after), Estimate(value=after - before)
    return known, _bounds(after, low, high), _bounds(after - before, low - spent, high - spent)


def _before(ours: Measured, days: int) -> Estimate:
    drawn = drawn_days(ours["requests"].shape[1], 1)
    every = np.arange(ours["requests"].shape[1])[None]
    return scaled(sampled(float(_month(ours, every)[0]), _month(ours, drawn)), len(every[0]) / days)


def scaled(one: Estimate, factor: float) -> Estimate:
    """Days without any traffic are none of the columns."""
    values = [None if value is None else value * factor for value in (one.value, one.low, one.high)]
    return Estimate(value=values[0], low=values[1], high=values[2])


def _bounds(value: float, low: Floats, high: Floats) -> Estimate:
    below, above = sampled(value, low), sampled(value, high)
    return Estimate(value=value, low=below.low, high=above.high)


def _month(ours: Measured, drawn: Days) -> Floats:
    """Our own cost a month, shape (samples,)."""
    return np.asarray(np.nansum(_volume(ours, drawn) * _rate(ours, drawn), axis=0))


def _volume(one: Measured, drawn: Days) -> Floats:
    """Requests a month, shape (tasks, samples)."""
    return np.asarray(DAYS_PER_MONTH * one["requests"][:, drawn].mean(axis=2))


def _rate(one: Measured, drawn: Days) -> Floats:
    """US dollars a request, shape (tasks, samples); NaN where none is priced."""
    return divided(one["cost_usd"][:, drawn].sum(axis=2), one["requests_priced"][:, drawn].sum(axis=2))


def _at_list(ours: Measured, price: UnitPrice, drawn: Days, ratio: float) -> Floats:
    """US dollars a request at our lengths and our share of cached input, shape (tasks, samples)."""
    names = ("requests", "input_tokens", "output_tokens", "cached_input_tokens")
    requests, sent, answered, cached = (ours[name][:, drawn].sum(axis=2) for name in names)
    spent = (sent - cached) * price.input + cached * price.cached + answered * ratio * price.output
    return price.request + divided(spent, requests)


def _lengths(ours: Measured, theirs: Measured | None, shared: dict[int, int]) -> Lengths | None:
    """From the tasks that both have."""
    if theirs is None or not shared:
        return None
    own = divided(ours.total("output_tokens"), ours.total("requests"))[list(shared)]
    other = divided(theirs.total("output_tokens"), theirs.total("requests"))[list(shared.values())]
    ratios = divided(other, own)
    ratios = ratios[np.isfinite(ratios) & (ratios > 0)]
    return Lengths(float(ratios.min()), float(np.median(ratios)), float(ratios.max())) if len(ratios) else None


def _rests_on(move: _Move, days: int) -> str:
    ours, theirs = move.ours, move.theirs
    parts = [f"{ours.requests:,} requests of {ours.name} in {days} days"]
    if theirs is not None and move.shared:
        count = int(theirs.total("requests_priced")[list(move.shared.values())].sum())
        parts.append(f"{count:,} of {theirs.name}, at its own lengths")
    if move.listed:
        of = f" for {len(move.listed)} of {len(ours.tasks)} tasks" if move.shared else ""
        price = "your own price" if move.prices.theirs and move.prices.theirs.is_own else "the list price"
        parts.append(f"{price} at our lengths{of}")
    return ", ".join(parts)
