"""Traffic for the gate: what plain counting gives, also on a histogram's edges, and over a report's JSON."""

from math import ceil, isnan, log

import numpy as np
import pytest

from coagent.columns import histogram_bins
from coagent.domain.histogram import GROWTH, LEAST, Histogram, bin_value, of_counts
from coagent.domain.report import Records, Report
from coagent.steps.traffic import traffic_of_batches
from tests.unit.detect.batches import batches_of

NOON_S = 1_790_000_000.0
DAY_S = 86_400
EDGES = list(range(-100, 200))


@pytest.mark.parametrize("number", range(-200, 400, 7))
def test_an_edge_is_in_the_bin_below_it(number: int) -> None:
    lowest = ceil(log(LEAST) / log(GROWTH))
    found = histogram_bins(np.array([GROWTH**number, bin_value(number), GROWTH**number * 1.0001]))
    assert found.tolist() == [max(number, lowest), max(number, lowest), max(number + 1, lowest)]


def test_it_is_what_plain_counting_gives() -> None:
    random = np.random.default_rng(3)
    some = random.random(len(EDGES))
    days = random.integers(0, 3, len(EDGES))
    tasks = ["chat" if one < 0.5 else None for one in random.random(len(EDGES))]
    columns = {
        "time_s": NOON_S + np.arange(len(EDGES)) + DAY_S * days,
        "task": tasks,
        "tenant": [f"tenant-{number % 3}" for number in range(len(EDGES))],
        "duration_s": np.where(some < 0.1, np.nan, [GROWTH**number for number in EDGES]),
        "status": [None if one < 0.2 else "error" if one < 0.4 else "ok" for one in some],
        "finish_reason": [None if one < 0.3 else "length" if one > 0.9 else "stop" for one in some],
        "input_tokens": random.integers(1, 900, len(EDGES)).astype(float),
        "output_tokens": np.where(some > 0.8, np.nan, 7.0),
        "list_cost_usd": np.where(some > 0.3, 0.001, np.nan),
    }
    found = {one.task: one for one in traffic_of_batches(batches_of(columns, [50, 3, 100]))}
    assert set(found) == {"chat", None}
    for task, traffic in found.items():
        assert len(traffic.days) == 3
        for day, counted in enumerate(traffic.days):
            rows = [place for place in range(len(EDGES)) if tasks[place] == task and days[place] == day]
            assert counted.requests == len(rows)
            assert counted.errors == sum(columns["status"][place] == "error" for place in rows)
            assert counted.truncations == sum(columns["finish_reason"][place] == "length" for place in rows)
            assert counted.input_tokens == sum(columns["input_tokens"][place] for place in rows)
            assert counted.output_tokens == sum(7 for place in rows if not isnan(columns["output_tokens"][place]))
            assert counted.cached_input_tokens is None
            priced = sum(not isnan(columns["list_cost_usd"][place]) for place in rows)
            assert (counted.requests_priced, float(counted.cost_usd or 0)) == (priced, pytest.approx(priced / 1000))
            assert counted.duration == _bins([EDGES[place] for place in rows if some[place] >= 0.1])
    report = Report(
        records=Records(0, 0, 0, []),
        segments=[],
        shifts=[],
        dismissed=[],
        opportunities=[],
        traffic=list(found.values()),
    )
    assert Report.from_json(report.to_json()).traffic == list(found.values())


def _bins(edges: list[int]) -> Histogram | None:
    return of_counts({number: edges.count(number) for number in edges})
