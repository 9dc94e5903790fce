"""How a router chose, judged by pairs."""

import numpy as np
import pytest

from coagent.domain.segment import Segment
from coagent.domain.slo import Match
from coagent.domain.verdict import Arms, Margin
from coagent.verdict.figures import verdict_of
from coagent.verdict.routing import RoutingCounts, routing_of, with_latencies
from coagent.verdict.state import begun, decode, encode, with_batch
from tests.unit.verdict.batches import batch, trial

ROUTED = trial(
    mode="shadow",
    pair_by="request_id",
    arms=Arms(field="model", control="large", candidate="small"),
    match=Match(provider="openai"),
    margins=(Margin(metric="success", margin=0.1, halt=0.1), Margin(metric="quality", margin=0.1, halt=0.1)),
)


def routing(large: dict, small: dict):
    ids = {"request_id": [f"r{number}" for number in range(len(large["status"]))]}
    state = begun(ROUTED)
    for offset, (model, columns) in enumerate((("large", large), ("small", small))):
        rows = batch(0, segment=Segment("openai", model), **ids, **columns)
        state = decode(encode(with_batch(state, ROUTED, rows, ("cluster/0", offset))))
    return verdict_of(ROUTED, state).routing


def test_right_over_and_under_by_how_sure_the_router_was():
    found = routing(
        # over: small would do; right: small fails; under: small failed, large would do; right: both fail; not routed
        {"status": ["ok", "ok", "ok", "error", "ok"], "route_confidence": [0.99, 0.9, None, None, None]},
        {"status": ["ok", "error", "error", "error", "ok"], "route_confidence": [None, None, 0.5, 0.85, None]},
    )
    assert found is not None
    counts = [(one.at_least, one.pairs, one.right.share, one.over.share, one.under.share) for one in found.bands]
    assert counts == [(0.0, 4, 0.5, 0.25, 0.25), (0.95, 1, 0, 1, 0), (0.8, 2, 1, 0, 0), (0.0, 1, 0, 0, 1)]
    assert found.bands[0].right.low == pytest.approx(0.15, abs=0.01)  # Wilson's interval of 2 of 4
    assert found.bands[0].right.high == pytest.approx(0.85, abs=0.01)


def test_a_lower_score_is_not_good_enough_beyond_the_margin():
    found = routing(
        {"status": ["ok"] * 3, "quality_score": [0.9, 0.9, 0.9], "route_confidence": [0.9, 0.9, 0.9]},
        {"status": ["ok"] * 3, "quality_score": [0.85, 0.7, None]},
    )
    assert found is not None
    assert (found.bands[0].right.share, found.bands[0].over.share) == pytest.approx((1 / 3, 2 / 3))


def test_without_a_router_nothing_is_said():
    assert routing({"status": ["ok"]}, {"status": ["ok"]}) is None


def test_its_own_latency_is_known_within_ten_percent():
    seconds = np.random.default_rng(1).lognormal(-4, 0.5, 5000)
    found = routing_of(with_latencies(RoutingCounts(), seconds))
    assert found is not None
    assert found.latency_p50_s == pytest.approx(np.quantile(seconds, 0.5), rel=0.1)
    assert found.latency_p95_s == pytest.approx(np.quantile(seconds, 0.95), rel=0.1)
