"""The review queue on a real database: drawn once, labelled, estimated, and shown in the views."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.review_store import PostgresReviewStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.label import Label, Said, SaidOfRequest, UserReport
from coagent.domain.review import ReasonRequests, ReviewEntry, ReviewPool
from coagent.domain.segment import Segment
from coagent.review.links import link_maker
from coagent.steps.review import QueueConfig, ReviewStep
from coagent.steps.sink import SinkStep
from tests.contract.samples import rollup

DAY = datetime(2026, 11, 1, tzinfo=UTC)
STREAM, OTHER = Segment("openai", "gpt-4"), Segment("vllm", "llama", "gpu-1")
BUDGET = 20


def pool(
    segment: Segment = STREAM, day: datetime = DAY, sequence: int = 1, requests: int = 400, part: str = "p"
) -> ReviewPool:
    entries = [
        ReviewEntry(request_id=f"{segment.request_model}-{at}", reason="random", rank=at, time=day, task="summary")
        for at in range(60)
    ]
    return ReviewPool(
        segment=segment,
        day=day,
        part=part,
        sequence=sequence,
        requests=[ReasonRequests("random", requests)],
        without_id=3,
        entries=entries,
    )


def step(engine: Engine, now: datetime, budget: int = BUDGET, second_looks: float = 0.1) -> ReviewStep:
    link = link_maker("https://logs.example/{request_id}")
    return ReviewStep(
        PostgresReviewStore(engine),
        PostgresInsightStore(engine),
        FixedClock(now),
        QueueConfig(budget, second_looks, timedelta(0)),
        link,
    )


def said(request_id: str, verdict: str = "success", by: str = "ann", minute: int = 0, name: str = "") -> Label:
    at = DAY + timedelta(days=1, hours=2, minutes=minute)
    name = name or f"{request_id}/{by}/{minute}"
    return Label(id=name, at=at, by=by, request_id=request_id, verdict=verdict)  # type: ignore[arg-type]


def sink(engine: Engine, values: Sequence[Said | ReviewPool]) -> None:
    SinkStep(PostgresTelemetryStore(engine))(
        [one if isinstance(one, ReviewPool) else SaidOfRequest(one, "main", 0, at) for at, one in enumerate(values)]
    )


def asked(engine: Engine, query: str) -> list[tuple]:
    with transaction(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_day_is_drawn_when_it_is_complete_and_only_once(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(), pool(OTHER, requests=5)])
    midnight = DAY + timedelta(days=1)
    assert step(postgres_engine, midnight + timedelta(minutes=5)).run() == 0
    assert step(postgres_engine, midnight + timedelta(minutes=20)).run() > 0
    first = asked(
        postgres_engine, "SELECT place, request_id, inclusion_probability FROM insights.review_queue ORDER BY 1"
    )
    assert sum(looks for (looks,) in asked(postgres_engine, "SELECT looks FROM insights.review_queue")) <= BUDGET
    step(postgres_engine, midnight + timedelta(hours=5)).run()
    sink(postgres_engine, [pool(sequence=2, requests=9_999)])
    step(postgres_engine, midnight + timedelta(hours=6)).run()
    query = "SELECT place, request_id, inclusion_probability FROM insights.review_queue ORDER BY 1"
    assert asked(postgres_engine, query) == first


def test_two_agents_at_once_draw_one_queue(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(day=DAY - timedelta(days=back), part=f"p{back}") for back in range(4)])
    start, now = threading.Barrier(4), DAY + timedelta(days=1, hours=3)

    def run(seconds: int) -> None:
        one = step(postgres_engine, now + timedelta(seconds=seconds))
        start.wait()
        one.run()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    [(days, looks)] = asked(
        postgres_engine, "SELECT count(DISTINCT day), sum(looks) FROM insights.review_queue WHERE drawn_at IS NOT NULL"
    )
    assert days == 1
    assert looks <= BUDGET


def test_days_that_wait_come_one_a_day_the_newest_first(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(day=DAY - timedelta(days=back), part=f"p{back}") for back in (0, 1, 20)])
    for later in range(1, 4):
        step(postgres_engine, DAY + timedelta(days=later, hours=1)).run()
    drawn = asked(postgres_engine, "SELECT drawn_on, day, looks FROM coagent.review_draws ORDER BY drawn_on")
    assert [day for _, day, _ in drawn] == [DAY, DAY - timedelta(days=1)]
    assert all(looks <= BUDGET for _, _, looks in drawn)


def test_an_older_day_does_not_take_the_place_of_one_that_still_comes_in(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(day=DAY - timedelta(days=back), part=f"p{back}") for back in (0, 1)])
    midnight = DAY + timedelta(days=1)
    assert step(postgres_engine, midnight + timedelta(minutes=5)).run() == 0
    step(postgres_engine, midnight + timedelta(minutes=20)).run()
    assert asked(postgres_engine, "SELECT day FROM coagent.review_draws") == [(DAY,)]


def test_parts_and_their_newest_counts_add_up(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(sequence=5, requests=100), pool(sequence=4, requests=7), pool(part="q", requests=50)])
    store = PostgresReviewStore(postgres_engine)
    assert sum(store.requests(DAY).values()) == 150
    [entries] = store.lowest(DAY, 7).values()
    assert [one.rank for one in entries] == list(range(7))


def test_a_label_twice_counts_once_and_a_changed_one_keeps_its_history(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool()])
    now = DAY + timedelta(days=1, hours=1)
    step(postgres_engine, now, second_looks=0.0).run()
    ids = [one for (one,) in asked(postgres_engine, "SELECT request_id FROM insights.review_queue ORDER BY place")]
    sink(postgres_engine, [said(ids[0], "failure"), said(ids[0], "failure"), said(ids[0], "failure", minute=1)])
    sink(postgres_engine, [said(ids[0], "success", minute=9), said(ids[0], "failure", minute=3)])
    sink(postgres_engine, [said(ids[0], "success", minute=9, name=f"{ids[0]}/ann/0")])
    counts = "SELECT successes, failures, unsure, reviewed FROM insights.review_queue ORDER BY place LIMIT 1"
    assert asked(postgres_engine, counts) == [(1, 0, 0, True)]
    history = asked(postgres_engine, "SELECT verdict, current FROM insights.review_labels ORDER BY at, id")
    assert history == [("failure", False), ("failure", False), ("failure", False), ("success", True)]


def test_labels_become_rates_with_intervals_in_quality_and_scorecard(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool(), pool(OTHER, requests=60)])
    now = DAY + timedelta(days=1, hours=1)
    step(postgres_engine, now, second_looks=0.5).run()
    assert asked(postgres_engine, "SELECT DISTINCT success_rate, low FROM insights.quality") == [(None, None)]
    queue = asked(postgres_engine, "SELECT request_id, looks FROM insights.review_queue ORDER BY place")
    sink(postgres_engine, [said(one, "failure" if at % 5 == 0 else "success") for at, (one, _) in enumerate(queue)])
    sink(postgres_engine, [said(one, "success", by="bob") for one, looks in queue if looks > 1])
    assert step(postgres_engine, now, second_looks=0.5).run() > 0
    scopes = asked(postgres_engine, "SELECT scope, count(*) FROM insights.quality GROUP BY scope ORDER BY scope")
    assert scopes == [("fleet", 1), ("stream", 2), ("task", 2)]
    for rate, low, high, labelled, drawn in asked(
        postgres_engine, "SELECT success_rate, low, high, labelled, drawn FROM insights.quality"
    ):
        assert 0 <= low <= rate <= high <= 1
        assert labelled == drawn
    agreement = asked(
        postgres_engine, "SELECT measure, reviewer, requests FROM insights.review_agreement ORDER BY 1 DESC"
    )
    assert [name for name, _, _ in agreement] == ["krippendorff_alpha", "cohen_kappa"]
    summary = Segment("openai", "gpt-4", task="summary")
    PostgresTelemetryStore(postgres_engine).write_rollups([rollup(segment=summary, minute=DAY)])
    LongerRollups(postgres_engine).sum_changed()
    scorecard = "SELECT task, reviewed_requests, reviewed_success_rate FROM insights.model_scorecard"
    by_task = "SELECT request_model, task, labelled, success_rate FROM insights.quality WHERE scope = 'task' ORDER BY 1"
    assert asked(postgres_engine, scorecard) == [asked(postgres_engine, by_task)[0][1:]]


def test_what_users_report_comes_into_the_next_queue(postgres_engine: Engine) -> None:
    at = DAY + timedelta(hours=3)
    sink(postgres_engine, [pool(), UserReport(id="r1", at=at, by="support", request_id="elsewhere-1")])
    step(postgres_engine, DAY + timedelta(days=1, hours=1)).run()
    reported = "SELECT request_id, place, inclusion_probability FROM insights.review_queue WHERE reason = 'reported'"
    assert asked(postgres_engine, reported) == [("elsewhere-1", 1, None)]
    sink(postgres_engine, [pool(day=DAY + timedelta(days=1), part="next")])
    step(postgres_engine, DAY + timedelta(days=2, hours=1)).run()
    assert len(asked(postgres_engine, reported)) == 1


@pytest.mark.parametrize("budget", [0, 1, 3])
def test_no_budget_no_queue_and_a_small_one_is_kept(postgres_engine: Engine, budget: int) -> None:
    sink(postgres_engine, [pool(), pool(OTHER)])
    step(postgres_engine, DAY + timedelta(days=1, hours=1), budget, second_looks=1.0).run()
    [(looks,)] = asked(postgres_engine, "SELECT coalesce(sum(looks), 0) FROM insights.review_queue")
    assert looks <= budget


def test_a_day_whose_requests_still_come_is_not_drawn_yet(postgres_engine: Engine) -> None:
    sink(postgres_engine, [pool()])
    config = QueueConfig(BUDGET, 0.0, timedelta(hours=1))
    waiting = ReviewStep(
        PostgresReviewStore(postgres_engine),
        PostgresInsightStore(postgres_engine),
        FixedClock(DAY + timedelta(days=1, hours=1)),
        config,
        link_maker(None),
    )
    waiting.run()
    assert asked(postgres_engine, "SELECT * FROM insights.review_queue") == []
