"""The requests on the broker, once in each format, for every measurement to read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import msgspec

from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record as Message
from coagent.bench.intake import traffic
from coagent.bench.intake.litellm_messages import litellm_messages
from coagent.bench.intake.otlp_messages import otlp_messages
from coagent.bootstrap.kafka import kafka_connection
from coagent.settings import Settings

SEND_AT_ONCE = 5_000
SHARES = {"canonical": 1, "litellm": 3, "otlp": 3}
"""The slower formats get a third of the requests: the same first ones."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A topic and what is on it."""

    topic: str
    messages: int
    records: int


def topic_of(kind: str) -> str:
    return f"coagent-bench-{kind}"


def load(settings: Settings, records: int) -> dict[str, Workload]:
    """By format; all on the broker when this returns."""
    producer = BatchProducer(kafka_connection(settings), "coagent-bench")
    return {kind: _load(producer, kind, records // share) for kind, share in SHARES.items()}


def _load(producer: BatchProducer, kind: str, records: int) -> Workload:
    topic, sent = topic_of(kind), 0
    messages = _ENCODED[kind](traffic.canonical_records(records))
    while some := list(islice(messages, SEND_AT_ONCE)):
        producer.send(Message(topic, None, message) for message in some)
        producer.poll()
        sent += len(some)
    producer.flush()
    return Workload(topic, sent, records)


def _canonical_messages(records: Iterable[traffic.Record]) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    return (encode(record) for record in records)


_ENCODED: Mapping[str, Callable[[Iterable[traffic.Record]], Iterator[bytes]]] = {
    "canonical": _canonical_messages,
    "litellm": litellm_messages,
    "otlp": otlp_messages,
}
