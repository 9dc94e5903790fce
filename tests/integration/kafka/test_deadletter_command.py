"""`coagent deadletter` on a broker: a bad message in, looked at, sent again, refused again or accepted."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from typer.testing import CliRunner, Result

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter
from coagent.adapters.kafka.dead_letters import DeadLetters
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sessions import run_sessions
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.ingest_session import ingest_session
from coagent.bootstrap.kafka import prepare_topics
from coagent.domain.errors import Fatal
from coagent.domain.topics import REQUESTS
from coagent.entrypoints.cli.main import app
from coagent.settings import IngestSettings, KafkaSettings, Settings
from tests.contract.samples import dead_letter
from tests.integration.kafka.reading import reader
from tests.unit.ingest.otlp_messages import proto, span

AHEAD = {"time": 4_000_000_000, "provider": "openai", "request_model": "gpt-5"}
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5", "gen_ai.provider.name": "openai"}
HALF_GOOD = proto([span(CHAT), span(CHAT | {"gen_ai.request.model": "x" * 600})])
BEFORE = "not sent: it was sent again before"
BAD = [b'{"time": ', json.dumps(AHEAD).encode(), b"\xff\x00bytes", HALF_GOOD]


@pytest.fixture
def settings(embedded: KafkaConnection, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COAGENT_KAFKA__BOOTSTRAP_SERVERS", embedded.bootstrap_servers)
    kafka = KafkaSettings(bootstrap_servers=embedded.bootstrap_servers, partitions=2, session_timeout_ms=2000)
    found = Settings(kafka=kafka, ingest=IngestSettings(flush_age_s=0.1))
    analysis_ingest_step(found)  # reads the price tables here: a thread beside a busy one takes long for it
    return found


@pytest.fixture
def book(embedded: KafkaConnection) -> DeadLetters:
    return DeadLetters(embedded)


def produce(cluster: KafkaConnection, values: Sequence[bytes]) -> None:
    producer = BatchProducer(cluster, "test")
    for value in values:
        producer.send([Record("llm.telemetry", b"one partition", value)])
    producer.flush()


@contextmanager
def ingesting(settings: Settings) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=run_sessions, args=(lambda: ingest_session(settings), stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def wait_until(enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 75
    while not enough():
        assert time.monotonic() < deadline, [row["reason"] for row in listed()]
        time.sleep(0.3)


def command(*words: str) -> Result:
    result = CliRunner().invoke(app, ["deadletter", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in command("list", "--json", *words).stdout.splitlines()]


def accepted_rows(cluster: KafkaConnection) -> int:
    consumer = reader(cluster, [REQUESTS])
    messages = [message for _ in range(10) for message in consumer.consume(100, 0.1)]
    consumer.close()
    return sum(BATCHES.decode(message.value(), message.headers()).rows for message in messages)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_bad_message_is_listed_shown_and_sent_again_once(
    embedded: KafkaConnection, settings: Settings, book: DeadLetters
) -> None:
    prepare_topics(settings)
    with ingesting(settings):
        produce(embedded, BAD)
        wait_until(lambda: len(list(book.read())) == len(BAD))
        look_at_them()
        with pytest.raises(Fatal, match="--yes to send 3 messages"):
            command("retry")
        assert 1 == accepted_rows(embedded)
        assert "3 to llm.telemetry\nsent 3\n" in command("retry", "--yes").stdout
        wait_until(lambda: len(list(book.read())) == len(BAD) + 3)

    assert 3 == len([row for row in listed() if row["retried"]])
    reason = ("--reason", "too_long:request_model")
    assert "sent 0\n" in command("retry", *reason).stdout
    assert "sent 1\n" in command("retry", *reason, "--batches").stdout


def look_at_them() -> None:
    rows = {str(row["reason"]): row for row in listed()}
    assert {"invalid_json", "time_out_of_range", "invalid_encoding", "too_long:request_model"} == set(rows)
    assert [rows["invalid_json"]] == listed("--reason", "invalid_json")
    assert ([], 1) == (listed("--topic", "other"), len(listed("--limit", "1")))
    assert "time_out_of_range" in command("list").stdout
    shown = command("show", str(rows["invalid_json"]["place"])).stdout
    assert "may hold prompts" in shown
    assert shown.endswith('{"time": \n')
    binary = str(rows["invalid_encoding"]["place"])
    assert "000000  ff00" in command("show", binary).stdout
    assert BAD[2] == command("show", binary, "--raw").stdout_bytes


def test_after_a_fix_it_is_accepted(embedded: KafkaConnection, settings: Settings) -> None:
    prepare_topics(settings)
    good = json.dumps(AHEAD | {"time": time.time()}).encode()
    refused_then = dead_letter(topic="llm.telemetry", partition=0, offset=17, payload=good)
    producer = BatchProducer(embedded, "test")
    producer.send([encode_dead_letter(refused_then)] * 2)
    producer.flush()

    assert "1 to llm.telemetry\nsent 1\n" == command("retry", "llm.telemetry[0]@17").stdout
    with ingesting(settings):
        wait_until(lambda: accepted_rows(embedded) == 1)

    assert [True] == [row["retried"] for row in listed()]
    assert f"1 {BEFORE}\nsent 0\n" == command("retry", "llm.telemetry[0]@17").stdout


def test_what_cannot_be_meant_is_reported(settings: Settings) -> None:
    prepare_topics(settings)
    with pytest.raises(Fatal, match="is no place"):
        command("show", "17")
    with pytest.raises(Fatal, match=r"no dead letter of llm.telemetry\[0\]@3"):
        command("show", "llm.telemetry[0]@3#1")
