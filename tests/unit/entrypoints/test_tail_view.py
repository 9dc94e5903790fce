"""Any message is one line that acts on no terminal."""

import io
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.command_codec import encode_command
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.record import Record
from coagent.domain import topics
from coagent.domain.segment import Segment
from coagent.entrypoints.on_call.event_line import data_of, event_line, json_line
from tests.contract.samples import dead_letter, detectors, dismissed, insight, intake, rollup, said, shift

HOSTILE = "a\x1b]0;owned\x07\x1b[2J[red]b[/red]\x9b31m\u202etxt\u2066\ngone\r\U000e0041"
SEGMENT = Segment(HOSTILE, HOSTILE, task=HOSTILE)


class Message:
    def __init__(self, topic: str, value: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> None:
        self._topic, self._value, self._headers = topic, value, headers

    def topic(self) -> str:
        return self._topic

    def value(self) -> bytes | None:
        return self._value

    def headers(self) -> list[tuple[str, bytes]] | None:
        return self._headers

    def timestamp(self) -> tuple[int, int]:
        return 1, 1_790_000_000_000


def of(record: Record) -> Any:
    return Message(record.topic, record.value, record.headers)


def shown(message: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=140, highlight=False).print(event_line(message), soft_wrap=True)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (b'{"a": 1.50}', b'{"a":1.50}'),
        (b'{\n "a": [1,\n 2]}', b'{"a":[1,2]}'),
        (None, b"null"),
        (b"", b'{"bytes":""}'),
        (b"\xff\x00", b'{"bytes":"/wA="}'),
        (b'"\xff"', b'{"bytes":"Iv8i"}'),
        (b"{} {}", b'{"bytes":"e30ge30="}'),
    ],
)
def test_any_value_is_one_line_of_json(value, line):
    assert msgspec.json.encode(data_of(value)) == line


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (encode_event(shift()), ["shift-1 open, paged", "openai/gpt-4", "answers shrank from 120 to 80 tokens"]),
        (encode_event(shift(page=False, held_because=["too_small"])), ["not paged: too small to matter"]),
        (encode_event(dismissed()), ["dismissed", "too small to matter"]),
        (encode_event(rollup()), ["10 requests at 2026-03-01 12:00 UTC", "1 errors", "$0.01"]),
        (encode_event(insight()), ["openai/gpt-4 answers shorter (paged"]),
        (encode_command(said().command), ["mute of openai/gpt-4", "by ann (planned)", "until 2026-03-01 14:00"]),
        (encode_dead_letter(dead_letter()), ["llm.telemetry[0]@3", "invalid_json"]),
        (Record(topics.DETECTORS, b"", DETECTOR_CODEC.encode(detectors()), DETECTOR_CODEC.headers), ["2 watching"]),
        (Record(topics.INTAKE, b"", INTAKE_CODEC.encode(intake()), INTAKE_CODEC.headers), ["20 read, 15 accepted"]),
        (Record("llm.telemetry", None, b'{"model": "gpt"}'), ['{"model": "gpt"}', "16 bytes"]),
        (Record(topics.SHIFTS, None, b"\xff\x00"), ["binary", "2 bytes"]),
    ],
)
def test_people_read_each_event_in_one_line(record: Record, words: list[str]) -> None:
    line = shown(of(record))
    assert line.startswith("13:33:20 ") or line[2] == ":"
    assert line.count("\n") == 1
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    "record",
    [
        encode_event(shift(segment=SEGMENT, id=HOSTILE)),
        encode_event(rollup(segment=SEGMENT)),
        encode_event(insight(title=HOSTILE)),
        encode_event(dismissed(segment=SEGMENT, why=HOSTILE)),
        encode_dead_letter(dead_letter(detail=HOSTILE)),
        Record(topics.SHIFTS, None, HOSTILE.encode()),
        Record("any", None, msgspec.json.encode({HOSTILE: HOSTILE})),
    ],
)
def test_nothing_from_telemetry_acts_on_the_terminal(record: Record) -> None:
    message = of(record)
    as_json = json_line(message)
    assert all(one.isprintable() for one in shown(message).removesuffix("\n"))
    assert all(one.isprintable() for one in as_json)
    assert json.loads(as_json)["data"] == json.loads(msgspec.json.encode(data_of(record.value)))


@given(st.binary(max_size=200), st.sampled_from([*topics.ALL, "any"]), st.text(max_size=30))
def test_any_message_is_a_line(value: bytes, topic: str, ce_type: str) -> None:
    headers = [("ce_type", ce_type.encode(errors="surrogatepass")), ("schema", b"coagent.detectors/1")]
    for message in (Message(topic, value, headers), Message(topic, None, None)):
        line = shown(message)
        assert all(one.isprintable() for one in line.removesuffix("\n"))
        assert all(one.isprintable() for one in json_line(message))
