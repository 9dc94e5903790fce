"""A distribution from its quantiles: the share of requests in each of some bins."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.domain.shift import Summary

LOG_FROM = 15.0
"""Ratio of the greatest to the least value from which on the bins are equal on a logarithmic scale."""
ROOM = 0.3
"""How far beyond the middle nine tenths, as a share of their width; of the value itself where there is but one."""

Floats = NDArray[np.float64]


class Shape(NamedTuple):
    """`edges` (bins + 1,) in the signal's unit; shares (bins,) of the requests before and after, each of sum 1; `log`
    says whether the bins are equal on a logarithmic scale, `below` and `above` whether the first and the last also hold
    what lies further out.
    """

    edges: Floats
    before: Floats
    after: Floats
    log: bool
    below: bool
    above: bool


def shape(before: Summary, after: Summary, bins: int) -> Shape | None:
    """Bins that both sides share; None where the quantiles of either are not known."""
    if not before.quantiles or not after.quantiles:
        return None
    low, high = min(before.quantiles[0], after.quantiles[0]), max(before.quantiles[-1], after.quantiles[-1])
    if not np.isfinite([low, high]).all():
        return None
    log = low > 0 and high / low >= LOG_FROM
    scaled = [np.log(one.quantiles) if log else np.asarray(one.quantiles) for one in (before, after)]
    least, greatest = min(one[0] for one in scaled), max(one[-1] for one in scaled)
    edges = np.linspace(*_bounds(scaled, least, greatest), bins + 1)
    was, now = (_shares(one, edges) for one in scaled)
    return Shape(np.exp(edges) if log else edges, was, now, log, least < edges[0], greatest > edges[-1])


def _bounds(scaled: Sequence[Floats], least: float, greatest: float) -> tuple[float, float]:
    """The middle nine tenths of both sides and some room; all where the rest is no further out."""
    low, high = min(one[1] for one in scaled), max(one[-2] for one in scaled)
    room = ROOM * (high - low)
    low, high = max(least, low - room), min(greatest, high + room)
    return (low, high) if low < high else (low - (abs(low) or 1.0) * ROOM, high + (abs(high) or 1.0) * ROOM)


def _shares(quantiles: Floats, edges: Floats) -> Floats:
    """Between neighbouring quantiles requests lie evenly; where these are equal, all lie there."""
    inside = np.clip(quantiles, edges[0], edges[-1])
    low, high = inside[:-1, None], inside[1:, None]
    overlap = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, None)
    width = np.where(high > low, high - low, 1.0)
    place = np.clip(np.searchsorted(edges, low[:, 0], "right") - 1, 0, len(edges) - 2)
    heaped = np.arange(len(edges) - 1) == place[:, None]
    return np.asarray(np.where(high > low, overlap / width, heaped).mean(axis=0))
