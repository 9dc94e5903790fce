"""Records full of prompts, addresses and keys go through a running system: nothing of them is found in any topic,
table, file or log. The one exception is documented: the value of a dead letter is the original message, as it came.
"""

import base64
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest
import zstandard
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from psycopg import sql

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.domain.batch import Source
from coagent.domain.topics import ALL, CANDIDATES, CONTROL, DEADLETTER, LABELS, POLICY, PROBES, REQUESTS, ROLLUPS
from coagent.entrypoints.running import find_running
from coagent.settings import Settings
from tests.unit.ingest.otlp_messages import proto, span
from tests.unit.ingest.test_privacy import BROKEN, EXTRA, GOOD, SECRETS, TEXT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

TELEMETRY = "llm.telemetry"
HASH_KEY = "hmac-key-5f1c9ab277"
OWN = {"COAGENT_INGEST__HASH_KEY": HASH_KEY, "COAGENT_AGENT__REVIEW_EVERY_S": "1"}
SEARCHED = (*SECRETS, HASH_KEY)
TENANT, VERSION = "tenant-4b1c9e", "version-7d20af"
"""What a request may say of itself, and what the search has to find: of its segment, and of its row alone."""
SKIPPED = {"not_genai": proto([span({"http.request.method": "GET", "url.query": TEXT})])}
SEED = 20_261_125
CALM, CHANGED, OTHERS, REVIEWED = 500, 300, 10, 40
ZSTD, ZLIB = b"\x28\xb5\x2f\xfd", b"\x78"


class Running:
    """A `coagent up` with embedded servers: where they are, and what it printed."""

    def __init__(self, data_dir: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COAGENT_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coagent", "up"],
            env={**environment, **OWN, "COAGENT_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed, self.data_dir = "", data_dir
        self.kafka, self.postgres = self._read_connections()

    def _read_connections(self) -> tuple[KafkaConnection, str]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if "all processes are at work" in line and (found := find_running(self.data_dir)):
                named = found.environment
                return KafkaConnection(named["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]), named["COAGENT_POSTGRES__URL"]
        pytest.fail(f"ended at its start:\n{self.printed}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        self.printed += self.process.stdout.read()
        self.process.wait(60)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    system = Running(tmp_path / "data")
    yield system
    if system.process.poll() is None:
        system.stop()


def canonical_messages() -> Iterator[bytes]:
    """Requests that carry content, whose answers become a lot shorter at once: the change has to be reported, too."""
    chance, begin = random.Random(SEED), time.time() - 3600
    for number in range(CALM + CHANGED):
        tokens = chance.gauss(400, 60) if number < CALM else chance.gauss(90, 15)
        known = {
            "request_id": f"request-{number}",
            "time": begin + number,
            "provider": "openai",
            "request_model": "gpt-4",
            "task": "summary",
            "tenant": TENANT,
            "app_version": VERSION,
            "input_tokens": chance.randrange(500, 600),
            "output_tokens": max(1, int(tokens)),
            "duration_s": round(max(0.1, tokens / 80), 3),
            "status": "ok",
        }
        yield json.dumps(known | EXTRA | {"attributes": EXTRA}).encode()


def of_the_day_before() -> Iterator[bytes]:
    """Some of the same requests a day earlier, so that the review queue has some to draw from."""
    for number, message in enumerate(canonical_messages()):
        if number < REVIEWED:
            request = json.loads(message)
            earlier = {"time": request["time"] - 86_400 - 15 * 60, "request_id": f"earlier-{number}"}
            yield json.dumps(request | earlier | {"provider": "vllm"}).encode()


def labels() -> list[bytes]:
    """Good ones, and some that carry content where there is no place for it."""
    good = {"kind": "label", "at": "2026-11-22T06:00:00Z", "by": "ann", "verdict": "failure"}
    known = [good | {"id": f"label-{number}", "request_id": f"earlier-{number}"} for number in range(REVIEWED)]
    spoilt = [known[0] | change for change in ({"verdict": TEXT}, {"tags": [TEXT]}, {"comment": TEXT}, {TEXT: 1})]
    return [json.dumps(one).encode() for one in (*known, *spoilt)]


def send(kafka: KafkaConnection, messages: list[bytes], topic: str = TELEMETRY) -> None:
    producer = Producer(kafka.config(linger_ms=5))
    for message in messages:
        producer.produce(topic, message, partition=0)
    assert producer.flush(30) == 0


def wait_for(what: str, enough: Callable[[], bool], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not enough():
        assert time.monotonic() < deadline, f"no {what} after {seconds:.0f} s"
        time.sleep(0.5)


def reported(connection: psycopg.Connection, query: str) -> int:
    [(count,)] = connection.execute(query).fetchall()
    return int(count or 0)


def plain(data: bytes) -> bytes:
    """The bytes, and what is compressed in them, at whatever place."""
    found = [data]
    for match in re.finditer(re.escape(ZSTD), data):
        try:
            found.append(zstandard.ZstdDecompressor().decompressobj().decompress(data[match.start() :]))
        except zstandard.ZstdError:
            continue
    for match in re.finditer(re.escape(ZLIB) + rb"[\x01\x5e\x9c\xda]", data):
        try:
            found.append(plain(zlib.decompressobj().decompress(data[match.start() :])))
        except zlib.error:
            continue
    return b"\0".join(found)


@cache
def written(word: str) -> tuple[bytes, ...]:
    """The word as it may stand in bytes, in lower case: as it is, in hex, in base64 wherever it begins there."""
    data = word.encode()
    base64s = [base64.b64encode(b" " * at + data)[(0, 2, 3)[at] : (at + len(data)) * 8 // 6] for at in range(3)]
    return tuple(form.lower() for form in (data, data.hex().encode(), *base64s))


def standing_in(data: bytes, words: Iterable[str]) -> list[str]:
    lower = plain(data).lower()
    return [word for word in words if any(form in lower for form in written(word))]


def leaks(data: bytes) -> list[str]:
    return standing_in(data, SEARCHED)


def places_of(word: str, held: dict[str, list[bytes]]) -> set[str]:
    return {place for place, values in held.items() if any(standing_in(value, [word]) for value in values)}


def read_topics(kafka: KafkaConnection) -> dict[str, list[tuple[bytes, bytes]]]:
    """For each topic of the cluster its messages: value, and key with headers."""
    partitions = {
        TopicPartition(name, number, OFFSET_BEGINNING)
        for name, topic in cluster_metadata(kafka).topics.items()
        for number in topic.partitions
    }
    consumer = Consumer(kafka.config(group_id="privacy", enable_auto_commit=False, enable_partition_eof=False))
    consumer.assign(list(partitions))
    found: dict[str, list[tuple[bytes, bytes]]] = {place.topic: [] for place in partitions}
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < 5:
        for message in consumer.consume(500, 0.5):
            if message.error() is None:
                rest = b"\0".join(
                    [message.key() or b"", *(repr(header).encode() for header in message.headers() or ())]
                )
                found[message.topic()].append((message.value() or b"", rest))
                idle_since = time.monotonic()
    consumer.close()
    return found


def tables(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Schema and name of each table and view."""
    query = """
        SELECT table_schema, table_name FROM information_schema.tables
        WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
    """
    return connection.execute(query).fetchall()


def rows(connection: psycopg.Connection, schema: str, table: str) -> list[bytes]:
    """Each row as text, and what its binary columns hold, so that what is compressed in them can be looked into."""
    query = sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(schema, table))
    texts = [text for (text,) in connection.execute(query)]
    binary = [bytes.fromhex(digits) for text in texts for digits in re.findall(r"\\x((?:[0-9a-f]{2})+)", text)]
    return [*(text.encode() for text in texts), *binary]


PACKED = [bytes, zlib.compress, zstandard.compress, base64.b64encode, lambda data: data.hex().encode()]


@pytest.mark.parametrize("packed", PACKED)
def test_the_search_sees_what_is_packed(packed: Callable[[bytes], bytes]):
    for before in range(3):
        assert leaks(b"x" * 50 + packed(b" " * before + HASH_KEY.encode() + b" ")) == [HASH_KEY]
    assert leaks(packed(b"nothing")) == []


def ingested(messages: list[bytes]) -> tuple[int, list[bytes]]:
    """How many requests messages of one partition hold, a call that several spans report once, and what is rejected."""
    step = analysis_ingest_step(Settings())
    step.feed(Source("test", TELEMETRY, 0), list(enumerate(messages)), time.time())
    return step.counts.accepted, [letter.payload for letter in step.take_dead_letters()]


def test_content_is_nowhere_in_a_running_system(running: Running, tmp_path: Path):
    others = [message for message in GOOD.values() for _ in range(OTHERS)]
    messages = [*canonical_messages(), *of_the_day_before(), *others, *SKIPPED.values(), *BROKEN]
    requests, rejected = ingested(messages)
    assert set(rejected) <= set(BROKEN)
    assert len(rejected) >= len(BROKEN) // 2
    send(running.kafka, messages)
    with psycopg.connect(running.postgres, autocommit=True) as connection:
        wait_for("requests", lambda: reported(connection, "SELECT sum(requests) FROM insights.requests_1m") == requests)
        wait_for(
            "rejections", lambda: reported(connection, "SELECT sum(rejected) FROM insights.rejections") == len(rejected)
        )
        wait_for("queue", lambda: reported(connection, "SELECT count(*) FROM insights.review_queue") > 0)
        send(running.kafka, labels(), LABELS)
        rated = "SELECT count(*) FROM insights.quality WHERE labelled > 0"
        wait_for("success rate", lambda: reported(connection, rated) > 0)
        wait_for("insight", lambda: reported(connection, "SELECT count(*) FROM insights.shifts WHERE text <> ''") > 0)
        found = {".".join(table): rows(connection, *table) for table in tables(connection)}
    topics = read_topics(running.kafka)
    running.stop()

    letters = topics.pop(DEADLETTER)
    assert len(topics.pop(LABELS)) == len(labels())
    spoilt = [(value, rest) for value, rest in letters if value in labels()]
    letters = [letter for letter in letters if letter not in spoilt]
    assert len(spoilt) == len(labels()) - REVIEWED
    assert [] == [rest for _, rest in spoilt if leaks(rest)], "only the value of a dead letter holds it"
    assert len(topics.pop(TELEMETRY)) == len(messages)
    written_to = set(ALL) - {CONTROL, DEADLETTER, LABELS, POLICY, PROBES}
    assert [] == [name for name in written_to if not topics[name]], "the test looks at nothing"
    assert any(name.endswith("-changelog") for name in topics)
    assert sorted(rejected) == sorted(value for value, _ in letters), "dead letters keep the original bytes"
    read = {name: [part for message in held for part in message] for name, held in topics.items()}
    assert {REQUESTS, ROLLUPS} <= places_of(TENANT, read)
    assert any(name.endswith("-changelog") for name in places_of(TENANT, read))
    assert {REQUESTS, CANDIDATES} <= places_of(VERSION, read)
    assert {} == {name: leak for name, held in read.items() if (leak := {x for part in held for x in leaks(part)})}
    assert [] == [rest for _, rest in letters if leaks(rest)]

    assert {"coagent.segments", "insights.requests_1m"} <= places_of(TENANT, found)
    assert {} == {table: leak for table, values in found.items() if (leak := leaks(b"\0".join(values)))}

    files = {str(path): path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()}
    logs = b"\0".join(data for name, data in files.items() if "/logs/" in name)
    assert standing_in(logs, [TELEMETRY, *SKIPPED]) == [TELEMETRY, *SKIPPED], "ingest logs what it reads and skips"
    assert {} == {name: leak for name, data in files.items() if (leak := leaks(data))}
    assert leaks(running.printed.encode()) == []
