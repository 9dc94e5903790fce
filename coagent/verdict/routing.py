"""How a router chose between both arms: right, over or under, by how sure it was; and how long it took."""

from collections.abc import Sequence

import msgspec
import numpy as np

from coagent.domain.verdict import METRICS, Margin, Routing, RoutingBand, Share
from coagent.domain.wilson import wilson
from coagent.verdict.arm_rows import CANDIDATE, CONTROL
from coagent.verdict.plan import Floats

BANDS = (0.95, 0.8, 0.0)
"""At least so sure; convention of routers that report a confidence."""
SCORE_MARGIN = 0.05
"""A score that is lower by at most this is good enough, where the trial sets no margin of quality."""
STEP = 1.1
"""Latencies are counted in bins 10 % wide."""
SMALLEST_S = 1e-5
RIGHT, OVER, UNDER = 0, 1, 2
NONE = (0, 0, 0)

Judged = tuple[int, int, int]


class RoutingCounts(msgspec.Struct, frozen=True, kw_only=True):
    """`judged`: pairs by band, right, over and under. `latencies`: requests by bin."""

    judged: tuple[Judged, ...] = (NONE,) * len(BANDS)
    latencies: dict[int, int] = {}


def with_latencies(before: RoutingCounts, router_s: Floats) -> RoutingCounts:
    """With the router's own times, NaN where unknown."""
    known = router_s[~np.isnan(router_s)]
    if not len(known):
        return before
    bins = np.floor(np.log(np.maximum(known, SMALLEST_S)) / np.log(STEP)).astype(int)
    found = dict(before.latencies)
    for one, count in zip(*(each.tolist() for each in np.unique(bins, return_counts=True)), strict=True):
        found[one] = found.get(one, 0) + count
    return msgspec.structs.replace(before, latencies=found)


def with_pairs(before: RoutingCounts, both: Floats, sure: Floats, margins: Sequence[Margin]) -> RoutingCounts:
    """`both`: values, shape (2, metrics, pairs); `sure`, shape (2, pairs): known of the arm that the router chose."""
    known = ~np.isnan(sure)
    ok = both[:, METRICS.index("success")]
    counted = (known.sum(axis=0) == 1) & ~np.isnan(ok).any(axis=0)
    if not counted.any():
        return before
    judged = _judged(both[:, :, counted], known[CONTROL, counted], margins)
    confidence = np.where(known[CONTROL], sure[CONTROL], sure[CANDIDATE])[counted]
    bands = (confidence[:, None] < np.array(BANDS)).sum(axis=1)
    news = np.zeros((len(BANDS), 3), int)
    np.add.at(news, (bands, judged), 1)
    total = (np.array(before.judged) + news).tolist()
    return msgspec.structs.replace(before, judged=tuple((one[0], one[1], one[2]) for one in total))


def _judged(both: Floats, by_control: np.ndarray, margins: Sequence[Margin]) -> np.ndarray:
    """RIGHT, OVER or UNDER of each pair. The candidate is good enough where it succeeds and, of what is scored, scores
    no lower than the control by more than the margin.
    """
    allowed = next((one.margin for one in margins if one.metric == "quality"), SCORE_MARGIN)
    ok, score = both[:, METRICS.index("success")] == 1, both[:, METRICS.index("quality")]
    lower = score[CANDIDATE] < score[CONTROL] - allowed  # False where one is unknown
    enough = ok[CANDIDATE] & ~lower
    over, under = by_control & enough, ~by_control & ~enough & ok[CONTROL]
    return np.where(over, OVER, np.where(under, UNDER, RIGHT))


def routing_of(counts: RoutingCounts) -> Routing | None:
    """All pairs, then by band; None where no router is known of."""
    judged = np.array(counts.judged)
    if not judged.any() and not counts.latencies:
        return None
    found = [(0.0, judged.sum(axis=0)), *zip(BANDS, judged, strict=True)]
    return Routing(
        bands=[_band(at_least, one.tolist()) for at_least, one in found if one.any()],
        latency_p50_s=_quantile(counts.latencies, 0.5),
        latency_p95_s=_quantile(counts.latencies, 0.95),
    )


def _band(at_least: float, judged: Sequence[int]) -> RoutingBand:
    pairs = sum(judged)
    right, over, under = (_share(one, pairs) for one in judged)
    return RoutingBand(at_least=at_least, pairs=pairs, right=right, over=over, under=under)


def _share(count: int, of: int) -> Share:
    low, high = wilson(count / of, of)
    return Share(share=count / of, low=low, high=high)


def _quantile(latencies: dict[int, int], share: float) -> float | None:
    """The middle of its bin; None where there are none."""
    if not latencies:
        return None
    bins = sorted(latencies)
    place = int(np.searchsorted(np.cumsum([latencies[one] for one in bins]), share * sum(latencies.values())))
    return float(STEP ** (bins[min(place, len(bins) - 1)] + 0.5))
