"""The figures of the live bench: what is late, and what a fleet sends."""

import json
from collections import Counter

from coagent.bench.pipeline.lateness import Lateness
from coagent.bench.pipeline.run import Fleet, Look, Measured
from coagent.bench.pipeline.traffic import FleetTraffic
from coagent.bench.pipeline.view import pipeline_figures
from tests.contract.samples import rollup


def test_a_rollup_is_late_by_the_age_of_the_first_request_that_none_counts() -> None:
    lateness = Lateness()
    lateness.note_sent(10, 100.0)
    lateness.note_sent(20, 101.0)
    assert lateness.seconds(104.0) == 4.0
    for number in (1, 2, 1):
        lateness.take(rollup(sequence=number, requests=5 * number))
    assert (lateness.counted, lateness.records, lateness.seconds(104.0)) == (10, 3, 3.0)
    lateness.take(rollup(part="1", requests=10))
    assert lateness.seconds(104.0) == 0.0


def test_a_fleet_sends_as_much_for_each_account_on_so_many_streams() -> None:
    sent = [json.loads(one) for one in FleetTraffic(accounts=40, streams=4).requests(80, 1.8e9)]
    accounts = Counter((one["provider"], one["request_model"], one["task"], one["tenant"]) for one in sent)
    assert set(accounts.values()) == {2}
    assert len(accounts) == 40
    assert len({account[:2] for account in accounts}) == 4


def test_figures_are_by_row_and_by_second() -> None:
    measured = Measured(Fleet(accounts=10, streams=2, seconds=20.0), load=1.0, sent=200, counted=200)
    measured.cpu_s = {"worker": 2.0}
    measured.looks = [Look(0, 1, 0.5), Look(0, 2, 1.5)]
    figures = pipeline_figures(measured)
    assert figures["cpu_us_a_row"] == {"worker": 10_000.0}
    assert figures["cpu_cores"] == {"worker": 0.1}
    assert figures["rollup_late_s_p50_p95_max"] == [1.0, 1.4, 1.5]
    assert (figures["drain_s"], figures["lag_worker"]) == (None, [1, 2])
