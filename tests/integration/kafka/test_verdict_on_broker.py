"""Trials on a real broker and a real database: killed in between, exact afterwards."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import numpy as np
import pytest
from sqlalchemy import Engine

from coagent.adapters.clock import SystemClock
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.request_log import RequestLog
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.verdict_store import PostgresVerdictStore
from coagent.domain.batch import Batch
from coagent.domain.errors import Transient
from coagent.domain.segment import Segment
from coagent.domain.slo import Match
from coagent.domain.topics import REQUESTS
from coagent.domain.verdict import Arms, Margin, Trial
from coagent.steps.verdict import VerdictStep
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import begun, with_batch
from tests.unit.verdict.batches import batch, mixed, trial

MARGINS = tuple(Margin(metric=metric, margin=0.1, halt=0.1) for metric in ("success", "cost", "latency"))
LONG = timedelta(days=30)


def ours(one: Batch, segment: Segment) -> Batch:
    return msgspec.structs.replace(one, segment=segment)


def current(**changed) -> Trial:
    """Of now: its rows are of March."""
    return trial(ends_at=datetime.now(UTC) + LONG, name=uuid4().hex, id=uuid4().hex[:16], **changed)


def send(cluster: KafkaConnection, batches: list[Batch]) -> None:
    producer = BatchProducer(cluster, "test")
    producer.send(Record(REQUESTS, one.segment.key(), BATCHES.encode(one), BATCHES.headers) for one in batches)
    producer.flush()


def counted(engine: Engine, cluster: KafkaConnection) -> VerdictStep:
    return VerdictStep(PostgresVerdictStore(engine), RequestLog(cluster), PostgresInsightStore(engine), SystemClock())


def test_killed_in_between_the_verdict_is_the_same_and_is_reported_once(
    cluster: KafkaConnection, postgres_engine: Engine, postgres_url: str
):
    segment = Segment("openai", f"model-{uuid4().hex[:8]}")
    one = current(margins=MARGINS, match=Match(model=segment.request_model))
    batches = [ours(mixed(400 * part, 400, part), segment) for part in range(12)]
    twice = [*batches[:3], batches[1], *batches[3:]]  # as ingest writes it again after a crash
    send(cluster, twice)
    store = PostgresVerdictStore(postgres_engine)
    store.add(verdict_of(one, begun(one)))

    for number, when in ((1, "before"), (1, "after"), (2, "before")):
        argv = [sys.executable, "-m", "tests.integration.kafka.verdict_counter", cluster.bootstrap_servers]
        died = subprocess.run([*argv, postgres_url, str(number), when], timeout=60, check=False)
        assert died.returncode == -signal.SIGKILL
    step = counted(postgres_engine, cluster)
    reported = sum(step.run() for _ in range(3))

    state = begun(one)
    for offset, each in enumerate(twice):
        state = with_batch(state, one, each, ("cluster/0", offset))
        if verdict_of(one, state).status != "running":
            break
    [found] = store.named(one.id)
    assert found == verdict_of(one, state)
    assert (found.status, reported) == ("certified", 1)
    insight = PostgresConversations(postgres_engine).insight_about(one.id)
    assert insight is not None
    owed = PostgresOutbox(postgres_engine).claim(9, datetime.now(UTC), "kafka")
    assert [message.insight_id for message in owed] == [insight.id]


def test_pairs_meet_across_partitions(cluster: KafkaConnection, postgres_engine: Engine):
    models = [f"m-{uuid4().hex[:6]}" for _ in range(2)]
    one = current(
        mode="shadow",
        pair_by="request_id",
        arms=Arms(field="model", control=models[0], candidate=models[1]),
        match=Match(provider="openai"),
        margins=(Margin(metric="latency", margin=0.1, halt=0.1),),
    )
    seconds = np.exp(np.random.default_rng(1).standard_normal(300))
    columns = {"request_id": [f"r{number}" for number in range(300)], "status": ["ok"] * 300}
    send(
        cluster,
        [
            batch(0, segment=Segment("openai", model), duration_s=(seconds * factor).tolist(), **columns)
            for model, factor in zip(models, (1.0, 0.5), strict=True)
        ],
    )
    store = PostgresVerdictStore(postgres_engine)
    store.add(verdict_of(one, begun(one)))
    step = counted(postgres_engine, cluster)
    step.run()
    [found] = store.named(one.id)
    assert (found.control_requests, found.candidate_requests, found.unpaired_requests) == (300, 300, 0)
    assert found.metrics[0].effect == pytest.approx(-0.5, abs=0.02)
    assert found.status == "certified"


class Away(PostgresVerdictStore):
    """The database is away at the first save."""

    saves = 0

    def save(self, found):
        self.saves += 1
        if self.saves == 1:
            raise Transient("away")
        super().save(found)


def test_what_a_failed_first_save_leaves_out_is_read_again(cluster: KafkaConnection, postgres_engine: Engine):
    segment = Segment("openai", f"model-{uuid4().hex[:8]}")
    send(cluster, [ours(mixed(0, 50, 1), segment)])
    one = current(match=Match(model=segment.request_model))
    store = Away(postgres_engine)
    store.add(verdict_of(one, begun(one)))
    step = VerdictStep(store, RequestLog(cluster), PostgresInsightStore(postgres_engine), SystemClock())
    with pytest.raises(Transient):
        step.run()
    deadline = time.monotonic() + 60
    while requests_of(store, one.id) < 50:  # a broker may take longer to answer than a read waits
        assert time.monotonic() < deadline
        step.run()
    assert requests_of(store, one.id) == 50


def requests_of(store: PostgresVerdictStore, name: str) -> int:
    [found] = store.named(name)
    return int(found.control_requests + found.candidate_requests)


def test_what_cannot_be_read_is_no_end_and_the_log_is_read_once_all_before_a_time_is(cluster: KafkaConnection):
    begin = datetime.now(UTC)
    producer = BatchProducer(cluster, "test")
    for part in range(3):
        producer.send([Record(REQUESTS, b"key", f"no batch {part}".encode(), BATCHES.headers)])
        producer.flush()
    log = RequestLog(cluster, messages=1)
    assert not log.has_read(begin)
    log.begin({}, begin)
    found = []
    while not log.has_read(datetime.now(UTC) + LONG):
        found += log.read()
    log.close()
    assert len([offset for _, offset, batch in found if batch is None]) == 3


def test_requests_of_before_it_began_are_not_even_read(cluster: KafkaConnection, postgres_engine: Engine):
    segment = Segment("openai", f"model-{uuid4().hex[:8]}")
    send(cluster, [ours(mixed(0, 50, 1), segment)])
    one = current(match=Match(model=segment.request_model), since=datetime.now(UTC) + timedelta(seconds=1))
    store = PostgresVerdictStore(postgres_engine)
    store.add(verdict_of(one, begun(one)))
    counted(postgres_engine, cluster).run()
    assert store.named(one.id)[0].control_requests == 0
