"""No message stops the sink: what cannot be kept becomes a dead letter, and what is kept can be read by all."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from coagent.adapters.kafka.cloudevents import CHECKSUM, checksum
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter, encode_dead_letter
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.usage_reader import PostgresUsageReader
from coagent.advise import opportunities
from coagent.bootstrap.agent import agent_steps
from coagent.domain.batch import Source
from coagent.domain.rejected import DeadLetter
from coagent.domain.topics import DEADLETTER
from coagent.settings import Settings
from coagent.steps.sink import SinkStep
from migrations.views import VIEWS
from tests.contract.samples import NOON
from tests.hostile_messages import good_records, hostile
from tests.list_prices import LIST_PRICES
from tests.stored_rollups import stored_rollups
from tests.unit.adapters.kafka.fakes import FakeConsumer, FakeMessage

COUNT, AT_ONCE = 2400, 150
NOW = datetime.now(UTC)


class Sink:
    """A session on the real store; dead letters go round through their own topic."""

    def __init__(self, engine: Engine) -> None:
        self.letters: list[DeadLetter] = []
        self.consumer = FakeConsumer()
        step = SinkStep(PostgresTelemetryStore(engine))
        self.session = SinkSession(lambda: self.consumer, step, self._bury, lambda: 1.8e9)  # type: ignore[arg-type,return-value]
        self._offset = 0

    def _bury(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            record = encode_dead_letter(letter)
            size = len(record.value) + sum(len(name) + len(value) for name, value in record.headers)
            assert size < MAX_MESSAGE_BYTES
            assert decode_dead_letter(record.value, record.headers).origin == letter.origin
        self.letters += letters

    def take(self, records: Sequence[Record]) -> None:
        by_topic: dict[str, list[Any]] = {}
        for record in records:
            self._offset += 1
            by_topic.setdefault(record.topic, []).append(FakeMessage(self._offset, record.value, record.headers))
        self.consumer.script = [[(Source("main", topic, 0), messages) for topic, messages in by_topic.items()]]
        self.session.turn(Event())


@pytest.mark.parametrize("seed", [1, 2])
def test_every_hostile_message_is_accounted_for_and_the_rest_goes_on(
    postgres_engine: Engine, postgres_url: str, seed: int
) -> None:
    sink, spoilt = Sink(postgres_engine), list(hostile(good_records(), COUNT // 2, seed))
    for start in range(0, len(spoilt), AT_ONCE):
        sink.take(spoilt[start : start + AT_ONCE])
        sink.take([encode_dead_letter(letter) for letter in sink.letters[-5:]])  # they are read by the sink too
    counted = sink.session.counters
    taken = sum(counted[topic] for topic in {record.topic for record in spoilt} | {DEADLETTER})
    assert len(sink.letters) == counted["undecodable"] + counted["unacceptable"] > COUNT // 6
    assert len(sink.consumer.committed) == 2 * (len(spoilt) // AT_ONCE)
    assert taken + counted["undecodable"] >= len(spoilt) - sum(_is_mark(record) for record in spoilt)

    sink.take(good_records())
    assert sink.consumer.committed[-1]
    _everybody_can_read(postgres_engine, postgres_url)
    asyncio.run(_the_agent_goes_on(postgres_url))


async def _the_agent_goes_on(url: str) -> None:
    """With whatever the sink let in."""
    settings = Settings(postgres={"url": url}, kafka={"bootstrap_servers": "127.0.0.1:1"})
    async with agent_steps(settings) as steps:
        for _ in range(3):
            await steps.narration.narrate.run()
            await steps.delivery.route.run()
        await asyncio.to_thread(steps.roll_up.run)
        await asyncio.to_thread(steps.narration.advise.run)


def _is_mark(record: Record) -> bool:
    return "coagent-retried" in dict(record.headers)


def _everybody_can_read(engine: Engine, url: str) -> None:
    with psycopg.connect(url) as connection:
        for view in VIEWS:
            connection.execute(sql.SQL("SELECT * FROM insights.{}").format(sql.Identifier(view.name))).fetchall()
    reader, insights, silences = PostgresShiftReader(engine), PostgresInsightStore(engine), PostgresSilenceStore(engine)
    for line in reader.listed(500, only_open=False):
        [shift] = [one for one in reader.named(line.id, 9) if one.id == line.id]
        reader.explained(shift)
    LongerRollups(engine).sum_changed()
    opportunities(PostgresUsageReader(engine).usage_since(NOON - timedelta(days=9999)), LIST_PRICES)
    insights.traffic(timedelta(days=7), NOW)
    insights.claim_subjects(0, 500, datetime.now(UTC))
    silences.quiet_segments(since=NOON, before=NOW, newest=NOW, now=NOW)


def _checked(record: Record) -> Record:
    headers = [(name, checksum(record.value) if name == CHECKSUM else text) for name, text in record.headers]
    return Record(record.topic, record.key, record.value, headers)


def test_a_sketch_that_was_changed_on_its_way_is_never_opened(postgres_engine: Engine) -> None:
    """A library in C++ never comes back from some of them."""
    sink = Sink(postgres_engine)
    [good] = [record for record in good_records() if record.topic == "coagent.rollups.v1"]
    changed = Record(
        good.topic, good.key, good.value.replace(b'"prompt_sketch":"', b'"prompt_sketch":"AAAA'), good.headers
    )
    unsaid = Record(good.topic, good.key, changed.value, [one for one in good.headers if one[0] != CHECKSUM])
    sink.take([changed, unsaid])
    assert [letter.reason for letter in sink.letters] == ["checksum"]
    [kept] = stored_rollups(postgres_engine)
    assert (kept.requests, kept.prompt_sketch, kept.prompts_known) == (10, None, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests", b"1" + b"0" * 30),
        ("requests", b"-1"),
        ("prompt_sketch", b'"Z2FyYmFnZQ=="'),
        ("bins", b"[1000000000,3]"),
        ("counts", b"[1]"),
        ("cost_usd", b'"NaN"'),
        ("part", b'"' + b"p" * 5000 + b'"'),
        ("minute", b'"9999-12-31T23:59:59-23:00"'),
    ],
)
def test_one_bad_value_among_many_good_ones_is_the_only_one_left_out(
    postgres_engine: Engine, name: str, value: bytes
) -> None:
    sink = Sink(postgres_engine)
    [good] = [record for record in good_records() if record.topic == "coagent.rollups.v1"]
    others = [
        Record(good.topic, good.key, good.value.replace(b'"part":"0-17"', b'"part":"%d"' % number), good.headers)
        for number in range(50)
    ]
    bad = re.sub(rb'"%s":("[^"]*"|\[[^]]*\]|[^,}]*)' % name.encode(), b'"%s":%s' % (name.encode(), value), good.value)
    assert bad != good.value
    others = [_checked(record) for record in others]
    sink.take([*others[:25], _checked(Record(good.topic, good.key, bad, good.headers)), *others[25:]])
    assert [(letter.offset, bool(letter.reason and letter.detail)) for letter in sink.letters] == [(26, True)]
    assert len(stored_rollups(postgres_engine)) == 50
