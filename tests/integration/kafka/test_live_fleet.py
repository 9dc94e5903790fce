"""A small fleet's requests, live through ingest and worker on the embedded broker: all are counted, none twice."""

import pytest

from coagent.bench.pipeline.run import Fleet, measure_pipeline


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_request_of_a_fleet_is_counted_once() -> None:
    measured = measure_pipeline(Fleet(accounts=60, streams=3, seconds=10.0), lambda _: None)
    assert measured.drain_s is not None
    assert measured.counted == measured.sent > 60
    assert measured.rollups < measured.sent / 2  # by the interval, not by the batch
