"""The figures of the live bench: what is late, and what a fleet sends."""

import json
from collections import Counter

import msgspec

from coagent.bench.intake.measurement import Measurement
from coagent.bench.pipeline.faust_river import Detectors
from coagent.bench.pipeline.figures import backlog_figures, live_figures
from coagent.bench.pipeline.goals import goals
from coagent.bench.pipeline.lateness import Lateness
from coagent.bench.pipeline.measured import BacklogMeasured, LiveMeasured, Look, PipelineMeasured
from coagent.bench.pipeline.plan import Fleet, Live, soak_of
from coagent.bench.pipeline.traffic import FleetTraffic
from coagent.ingest.record import Record
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


def live(**changed: object) -> LiveMeasured:
    found = LiveMeasured(
        live=Live(accounts=10, streams=2, seconds=20.0, per_s=10),
        per_s=10.0,
        load=1.0,
        broker="test",
        sent=200,
        counted=200,
        rollups=20,
        drain_s=None,
        cpu_s={"worker": 2.0},
        memory_mb={"worker": 100.0},
        rollup_ages_s=[0.5, 1.5],
        candidate_ages_s=[],
        changelog_bytes=4_000,
        looks=[Look(0, 1, 0.5, 90.0), Look(0, 2, 1.5, 110.0)],
    )
    return msgspec.structs.replace(found, **changed)


def backlog(accounts: int, streams: int, records_per_cpu_s: float, faust: float | None = None) -> BacklogMeasured:
    def at(rate: float) -> Measurement:
        return Measurement(records=100, seconds=2.0, cpu_s=100 / rate)

    return BacklogMeasured(
        fleet=Fleet(accounts, streams),
        records=100,
        workers=1,
        load=0.0,
        broker="test",
        coagent=at(records_per_cpu_s),
        cpu_s={"worker": 1.0},
        memory_mb={},
        changelog_bytes=300,
        rivals={"baseline_faust_river": None if faust is None else at(faust), "quix_river": None},
    )


def test_figures_are_by_row_and_by_second() -> None:
    figures = live_figures(live())
    assert figures["cpu_us_a_row"] == {"worker": 10_000.0}
    assert figures["cpu_cores"] == {"worker": 0.1}
    assert figures["rollup_late_s_p50_p95_max"] == [1.0, 1.4, 1.5]
    assert (figures["changelog_bytes_per_s"], figures["drain_s"], figures["lag_worker"]) == (200, None, [1, 2])


def test_rivals_are_counted_by_the_second_of_their_processor_and_none_where_they_are_not_installed() -> None:
    figures = backlog_figures(backlog(1, 1, 25.0))
    assert figures["coagent"] == {"records_per_s": 50, "records_per_cpu_s": 25}
    assert (figures["quix_river"], figures["times_faust"], figures["changelog_bytes_a_row"]) == (None, None, 3)


def test_a_goal_that_nothing_measured_is_neither_met_nor_missed() -> None:
    measured = PipelineMeasured(
        chief=Fleet(10, 3),
        backlogs=[backlog(10, 3, 300.0, faust=20.0), backlog(10_000, 30, 75.0, faust=20.0)],
        lives=[live(rollup_ages_s=[])],
    )
    found = {one.name: one.met for one in goals(measured)}
    assert found["10 on 3: times Faust"] is True
    assert found["10,000 on 30: times Faust"] is False
    assert found["10 on 3: times Quix"] is None
    assert found["cost of a row, 10,000 to 10 segments"] is False
    assert found["live 10 at 10/s: rollup p95, s"] is None


def test_a_soak_fails_where_memory_grows_or_a_request_is_not_counted_once() -> None:
    grows, flat = ([Look(0, 0, 1.0, 100.0 + by * look) for look in range(40)] for by in (1.0, 0.1))
    soak = soak_of(Fleet(10, 2), 100, minutes=5).lives[0]
    for looks, counted, met in ((flat, 200, (True, True)), (grows, 200, (True, False)), (flat, 201, (False, True))):
        one = live(live=soak, looks=looks, counted=counted)
        measured = PipelineMeasured(chief=Fleet(10, 2), backlogs=[], lives=[one])
        found = {goal.name: goal.met for goal in goals(measured)}
        names = ("not counted once", "memory, last quarter to second")
        assert tuple(found[f"live 10 at 10/s: {name}"] for name in names) == met


def test_a_rival_has_four_detectors_a_segment_that_find_a_change() -> None:
    detectors = Detectors()
    sent = FleetTraffic(accounts=2, streams=2).requests(1200, 1.8e9)
    records = [msgspec.json.decode(one, type=Record, strict=False) for one in sent]
    calm = sum(detectors.update(one) for one in records[:600])
    changed = [msgspec.structs.replace(one, duration_s=9 * (one.duration_s or 1)) for one in records[600:]]
    assert sum(detectors.update(one) for one in changed) > calm
