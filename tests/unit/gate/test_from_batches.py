"""Traffic from batches is what rollups of the same batches count, also on a bin's edge."""

import numpy as np
import pytest

from coagent.columns import Columns, histogram_bins
from coagent.count.rollups import Rollups
from coagent.domain.gate import TrafficDay
from coagent.domain.histogram import GROWTH, LEAST, added, bin_value
from coagent.gate.from_batches import traffic_of
from tests.unit.detect.batches import SEGMENT, SOURCE, batch_of

NOON_S = 1_790_000_000.0
EDGES = [GROWTH**number for number in range(-100, 200)]
COUNTED = ("requests", "outcomes_known", "errors", "input_tokens", "output_tokens", "cached_input_tokens")


@pytest.mark.parametrize("number", range(-200, 400, 7))
def test_an_edge_is_in_the_bin_below_it(number: int) -> None:
    lowest = int(histogram_bins(np.array([LEAST]))[0])
    found = histogram_bins(np.array([GROWTH**number, bin_value(number), GROWTH**number * 1.0001]))
    assert found.tolist() == [max(number, lowest), max(number, lowest), max(number + 1, lowest)]


def test_both_count_the_same() -> None:
    random = np.random.default_rng(3)
    rows = len(EDGES)
    some = random.random(rows)
    batch = batch_of(
        {
            "time_s": np.full(rows, NOON_S) + np.arange(rows),
            "duration_s": np.where(some < 0.1, np.nan, EDGES),
            "status": [None if one < 0.2 else "error" if one < 0.4 else "ok" for one in some],
            "http_status": np.where(some < 0.1, 500, np.nan),
            "input_tokens": random.integers(1, 900, rows).astype(float),
            "output_tokens": np.where(some > 0.8, np.nan, 7.0),
            "cached_input_tokens": np.where(some > 0.5, 3.0, np.nan),
            "list_cost_usd": np.where(some > 0.3, 0.001, np.nan),
        }
    )
    [traffic] = traffic_of([batch])
    [day] = traffic.days
    counted = Rollups(SEGMENT, []).add(Columns(batch), SOURCE, 1)
    assert day.duration == added(one.duration for one in counted)
    for name in COUNTED:
        assert getattr(day, name) == sum(getattr(one, name) or 0 for one in counted), name
    assert isinstance(day, TrafficDay)
    assert float(day.cost_usd or 0) == pytest.approx(float(sum(one.cost_usd or 0 for one in counted)))
