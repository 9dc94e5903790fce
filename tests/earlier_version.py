"""What version d4224a1 left on its topics, recorded by tools/record_upgrade.py, and the truth about its rows."""

import base64
import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from coagent.domain.segment import Segment
from tools.record_upgrade import READ_ROWS, SAMPLE, UNREAD_ROWS, relabelled

FILE = Path(__file__).parent / "recorded" / "d4224a1.jsonl.gz"
LEFT_ROWS = READ_ROWS + UNREAD_ROWS
STREAM = Segment("local-vllm", "smollm2-135m-instruct", "llm.internal")
PLAIN = Segment("local-vllm", "smollm2-135m-plain", "llm.internal")


class Message(NamedTuple):
    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


@cache
def recorded() -> tuple[tuple[Message, ...], dict[tuple[str, int], int]]:
    """Messages in their order, and the offsets committed by the worker's group."""
    with gzip.open(FILE) as file:
        lines = [json.loads(line) for line in file]
    committed = {(one["topic"], one["partition"]): one["committed"] for one in lines if "committed" in one}
    return tuple(_message(one) for one in lines if "committed" not in one), committed


def of_topic(topic: str) -> list[Message]:
    return [message for message in recorded()[0] if message.topic == topic]


def rows(first: int, end: int) -> list[bytes]:
    """Telemetry as it was sent to that version, and what goes on behind it."""
    with gzip.open(SAMPLE) as file:
        lines = file.read().splitlines()[first:end]
    return [relabelled(number, line) for number, line in enumerate(lines, first)]


def accounts(first: int, end: int) -> Counter[Segment]:
    """Rows by account."""
    return Counter(_account(json.loads(row)) for row in rows(first, end))


def _account(row: dict[str, Any]) -> Segment:
    return Segment(*(row.get(name) for name in ("provider", "request_model", "endpoint", "task", "tenant")))


def _message(line: dict[str, Any]) -> Message:
    headers = [(name, value.encode()) for name, value in line["headers"]]
    key, value = (base64.b64decode(line[name]) for name in ("key", "value"))
    return Message(line["topic"], line["partition"], key, value, headers)
