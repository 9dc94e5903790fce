"""No message stops the worker: each is acknowledged, with what it led to or with a dead letter that Kafka takes."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from faust.types import TP

from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from coagent.steps.group import GroupStep
from streams.stage import Stage, StageRunner
from tests.hostile_messages import group_records, hostile, worker_records
from tests.unit.detect.batches import batches_of
from tests.unit.detect.test_detect_step import traffic

COUNT = 800


class Stored(dict[bytes, bytes]):
    def keep(self, _tp: TP, _offset: int, key: bytes, stored: bytes) -> None:
        self[key] = stored


class World:
    """A stage that reads these records from one partition."""

    def __init__(self, stage: Stage, records: Sequence[Record]) -> None:
        self.enable_acks = True
        self.records = records
        self.data = Stored()
        self.sent: list[Record] = []
        self.acknowledged = asyncio.Semaphore(0)
        table = SimpleNamespace(get=self.data.get, data=self.data, send_changelog=self._changelog)
        self.runner = StageRunner(stage, table, self, self._send, "cluster")  # type: ignore[arg-type]

    async def events(self) -> Any:
        for offset, record in enumerate(self.records):
            message = SimpleNamespace(
                topic=record.topic, partition=0, offset=offset, tp=f"{record.topic}[0]", timestamp=0.0
            )
            yield SimpleNamespace(key=record.key, value=record.value, headers=dict(record.headers), message=message)
        await asyncio.Event().wait()

    async def ack(self, _event: Any) -> None:
        self.acknowledged.release()

    async def _send(self, records: Sequence[Record]) -> None:
        for record in records:
            size = len(record.key or b"") + len(record.value) + sum(len(value) for _, value in record.headers)
            assert size < MAX_MESSAGE_BYTES, f"Kafka never takes {size} bytes for {record.topic}"
        self.sent += records

    async def _changelog(self, partition: int, *_: Any) -> Any:
        return SimpleNamespace(topic_partition=TP("changelog", partition), offset=0)

    async def run(self) -> list[int]:
        """Offsets of the dead letters."""
        running = asyncio.create_task(self.runner.run())
        async with asyncio.timeout(100):
            for _ in self.records:
                await self.acknowledged.acquire()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        letters = [one for one in self.sent if one.topic == topics.DEADLETTER]
        return [decode_dead_letter(one.value, one.headers).offset for one in letters]


def good() -> list[Record]:
    candidates: list[Candidate] = []
    state = None
    batches = list(batches_of(traffic(rows=1100), [100]))
    step = DetectStep(DetectConfig())
    for batch in batches:
        detected = step(state, batch)
        state, candidates = detected.state, candidates + detected.candidates
    return worker_records(batches[0], candidates[0]) + group_records(batches[0].segment)


def stages(monkeypatch: pytest.MonkeyPatch) -> tuple[Stage, Stage, Stage]:
    monkeypatch.setenv("COAGENT_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    from streams.confirm import confirm_stage  # noqa: PLC0415  Faust's app needs a cluster's name
    from streams.detect import detect_stage  # noqa: PLC0415
    from streams.group import group_stage  # noqa: PLC0415

    detect = detect_stage(DetectStep(DetectConfig()))
    return detect, confirm_stage(ConfirmStep(ConfirmConfig())), group_stage(GroupStep())


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_hostile_message_is_acknowledged(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    detect, confirm, group = stages(monkeypatch)
    records = good()
    read_by = (
        (detect, (topics.REQUESTS, topics.CONTROL, topics.GROUPS)),
        (confirm, (topics.CANDIDATES,)),
        (group, (topics.EVIDENCE,)),
    )
    for stage, read in read_by:
        known = [record for record in records if record.topic in read]
        spoilt = [*known, *hostile(known, COUNT // 2, seed), *known]
        world = World(stage, spoilt)
        letters = await world.run()
        assert len(letters) > COUNT // 8
        assert len(letters) == len(set(letters))


async def test_headers_and_values_of_megabytes_become_letters_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    detect, _, _ = stages(monkeypatch)
    noise = np.random.default_rng(1).bytes(4_190_000)
    records = [
        Record(topics.REQUESTS, b"k", noise, [("schema", b"x" * 4_190_000)]),
        Record(topics.REQUESTS, b"k", noise, [("schema", noise)]),
        Record(topics.CONTROL, b"k" * 1_000_000, b"[" * 100_000, []),
    ]
    assert await World(detect, records).run() == [0, 1, 2]
