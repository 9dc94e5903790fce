"""A small fleet's requests through ingest and worker, backlog and live: all are counted, none twice."""

import pytest

from coagent.bench.pipeline.plan import Fleet, Live, Plan
from coagent.bench.pipeline.run import measure_backlog, measure_live


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_request_of_a_fleet_is_counted_once() -> None:
    live = Live(accounts=60, streams=3, seconds=10.0, per_s=60.0)
    measured = measure_live(live, 60.0, lambda _: None)
    assert measured.drain_s is not None
    assert measured.counted == measured.sent > 60
    assert measured.rollups < measured.sent / 2  # by the interval, not by the batch
    assert measured.rollup_ages_s


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_backlog_is_worked_off_beside_rivals_on_the_same_records() -> None:
    fleet = Fleet(20, 2)
    plan = Plan(records=10_000, seconds=10.0, chief=fleet, backlogs=(fleet,), lives=())
    found = measure_backlog(plan, fleet, lambda _: None, rivals=None)
    assert {"ceiling", "baseline_faust_river", "quix_river"} == set(found.rivals)
    assert all(one.records_per_cpu_s > 0 for one in [found.coagent, *found.rivals.values()] if one is not None)
