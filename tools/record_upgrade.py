"""Records what an earlier version leaves behind on its topics, for the test of the upgrade.

    git worktree add --detach OLD d4224a1
    python tools/record_upgrade.py --version-dir OLD --out tests/recorded/d4224a1.jsonl.gz

Runs that version's ingest and worker on rows of the shipped sample against an embedded broker: two accounts of one
stream and one of another, a change, a mute, and rows that its worker does not read any more. One JSON object a line: a
message (key and value in base64), or what the worker had committed. Of a changelog it keeps each key's newest state, of
requests the unread messages alone; offsets count from there.
"""

import argparse
import base64
import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_id
from coagent.domain.errors import Transient

SAMPLE = Path(__file__).parents[1] / "coagent/samples/quantized_swap.jsonl.gz"
GROUP, PARTITIONS = "coagent", 2
REQUESTS, CONTROL = "coagent.requests.v1", "coagent.control.v1"
CHANGELOGS = ("coagent-detect-changelog", "coagent-confirm-changelog")
KEPT = ("coagent.shifts.v1", "coagent.rollups.v1", CONTROL)
READ_ROWS, UNREAD_ROWS = 2_100, 60
TURNS = 4
"""Of so many rows one is of another model, and says neither task nor tenant; one is of another tenant."""
MODEL, PLAIN_MODEL, OTHER_TENANT = "smollm2-135m-instruct", "smollm2-135m-plain", "other"
PATIENCE_S = 120.0


class Recorder:
    def __init__(self, version_dir: Path, work_dir: Path) -> None:
        self._broker = EmbeddedBroker(work_dir / "broker")
        self._connection = KafkaConnection(self._broker.bootstrap_servers)
        self._environment = os.environ | {
            "PYTHONPATH": str(version_dir),
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": self._broker.bootstrap_servers,
            "COAGENT_KAFKA__PARTITIONS": str(PARTITIONS),
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": "2000",
            "COAGENT_DATA_DIR": str(work_dir / "data"),
        }
        self._version_dir, self._work_dir = version_dir, work_dir
        self._started: list[subprocess.Popen[bytes]] = []

    def record(self) -> Iterator[dict[str, Any]]:
        """Lines of the recording."""
        try:
            yield from self._record()
        finally:
            for process in self._started:
                process.kill()

    def _record(self) -> Iterator[dict[str, Any]]:
        self._run(self._broker.command())
        self._until(self._is_up)
        worker = self._run([sys.executable, "-m", "faust", "-A", "streams.app", "worker", "--loglevel", "INFO"])
        ingest = self._run([sys.executable, "-m", "coagent", "ingest"])
        rows = list(_rows())
        self._until(lambda: "llm.telemetry" in self._topics())
        self._send("llm.telemetry", [(None, row, []) for row in rows[:READ_ROWS]])
        self._until(lambda: self._counted() == READ_ROWS)
        self._mute()
        self._until(lambda: self._unread(CONTROL) <= 0 and self._unread(REQUESTS) <= 0)
        time.sleep(3)
        self._stop(worker)
        self._send("llm.telemetry", [(None, row, []) for row in rows[READ_ROWS:]])
        self._until(lambda: self._unread(REQUESTS) > 0)
        time.sleep(3)
        self._stop(ingest)
        yield from self._lines()

    def _lines(self) -> Iterator[dict[str, Any]]:
        committed = {place: self._committed(*place) for place in self._places((REQUESTS, CONTROL))}
        for (topic, partition), offset in committed.items():
            read = 0 if topic == REQUESTS else offset
            yield {"group": GROUP, "topic": topic, "partition": partition, "committed": read}
        for topic in (REQUESTS, *KEPT):
            for message in self._messages(topic):
                place = topic, message.partition()
                if topic != REQUESTS or message.offset() >= committed[place]:
                    yield _line(message)
        for topic in CHANGELOGS:
            newest = {(message.partition(), message.key()): message for message in self._messages(topic)}
            yield from map(_line, newest.values())

    def _run(self, command: list[str]) -> "subprocess.Popen[bytes]":
        log = (self._work_dir / f"{len(self._started)}.log").open("wb")
        process = subprocess.Popen(command, env=self._environment, cwd=self._version_dir, stdout=log, stderr=log)
        self._started.append(process)
        return process

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    def _until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > deadline:
                sys.exit(f"gave up waiting; logs are in {self._work_dir}")
            time.sleep(0.5)

    def _is_up(self) -> bool:
        try:
            cluster_id(self._connection, 2)
        except Transient:
            return False
        return True

    def _topics(self) -> set[str]:
        return set(self._consumer().list_topics(timeout=5).topics)

    def _consumer(self) -> Consumer:
        return Consumer(self._connection.config(group_id=GROUP, enable_auto_commit=False) | {"log_level": 0})

    def _places(self, topics: tuple[str, ...]) -> list[tuple[str, int]]:
        return [(topic, partition) for topic in topics for partition in range(PARTITIONS)]

    def _committed(self, topic: str, partition: int) -> int:
        consumer = self._consumer()
        [found] = consumer.committed([TopicPartition(topic, partition)], timeout=10)
        consumer.close()
        offset: int = found.offset
        return max(offset, 0)

    def _unread(self, topic: str) -> int:
        return sum(self._end(topic, number) - self._committed(topic, number) for number in range(PARTITIONS))

    def _end(self, topic: str, partition: int) -> int:
        consumer = self._consumer()
        end: int = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)[1]
        consumer.close()
        return end

    def _messages(self, topic: str) -> list[Any]:
        """Until none comes any more: this broker's end offset counts but the first record of the last batch."""
        consumer = self._consumer()
        consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
        found: list[Any] = []
        while some := [message for message in consumer.consume(1_000, 2.0) if message.error() is None]:
            found += some
        consumer.close()
        return found

    def _counted(self) -> int:
        newest: dict[tuple[str, str, str], tuple[int, int]] = {}
        if "coagent.rollups.v1" not in self._topics():
            return 0
        for message in self._messages("coagent.rollups.v1"):
            rollup = json.loads(message.value())
            place = json.dumps(rollup["segment"]), rollup["minute"], rollup["part"]
            newest[place] = max(newest.get(place, (0, 0)), (rollup["sequence"], rollup["requests"]))
        return sum(requests for _, requests in newest.values())

    def _mute(self) -> None:
        """Both accounts of the one stream, for longer than any test lives."""
        now = datetime.now(UTC)
        said = {
            "kind": "mute", "id": "recorded-mute", "at": now.isoformat(), "by": "recorder", "version": 1,
            "until": (now + timedelta(days=36_500)).isoformat(),
        }  # fmt: skip
        for tenant in ("sample", OTHER_TENANT):
            segment = {
                "provider": "local-vllm", "request_model": MODEL, "endpoint": "llm.internal",
                "task": "helpdesk", "tenant": tenant,
            }  # fmt: skip
            key = json.dumps(list(segment.values()), separators=(",", ":")).encode()
            self._send(CONTROL, [(key, json.dumps({**said, "segment": segment}).encode(), self._command_headers())])

    def _command_headers(self) -> list[tuple[str, bytes]]:
        return [("content-type", b"application/json"), ("schema", b"coagent.command/1")]

    def _send(self, topic: str, messages: list[tuple[bytes | None, bytes, list[tuple[str, bytes]]]]) -> None:
        producer = Producer(self._connection.config() | {"partitioner": "murmur2_random"})
        for key, value, headers in messages:
            producer.produce(topic, value, key, headers=headers)
        producer.flush(30)


def _rows() -> Iterator[bytes]:
    with gzip.open(SAMPLE) as file:
        for number, line in zip(range(READ_ROWS + UNREAD_ROWS), file, strict=False):
            yield relabelled(number, line)


def relabelled(number: int, line: bytes) -> bytes:
    """The sample's row of that number, as one of three accounts."""
    row = json.loads(line)
    if number % TURNS == 0:
        row = {**row, "request_model": PLAIN_MODEL, "task": None, "tenant": None}
    if number % TURNS == 1:
        row["tenant"] = OTHER_TENANT
    return json.dumps(row).encode()


def _line(message: Any) -> dict[str, Any]:
    return {
        "topic": message.topic(),
        "partition": message.partition(),
        "key": base64.b64encode(message.key() or b"").decode(),
        "value": base64.b64encode(message.value()).decode(),
        "headers": [[name, value.decode()] for name, value in message.headers() or []],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version-dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    recorder = Recorder(given.version_dir.resolve(), Path(tempfile.mkdtemp()))
    lines = [json.dumps(line) + "\n" for line in recorder.record()]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with given.out.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        file.write("".join(lines).encode())


if __name__ == "__main__":
    main()
