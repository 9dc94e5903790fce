"""Commands come from people too: what they may leave out, and how mistakes are reported."""

from datetime import UTC, datetime

import msgspec
import pytest
from aiokafka.partitioner import DefaultPartitioner

from coagent.adapters.kafka.command_codec import HEADERS, decode_command, encode_command, is_command
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.record import Undecodable
from coagent.domain.command import Accept, Command, Mute, Rate, Refused, Reset, Unmute, known_signals
from coagent.domain.segment import Segment

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-4", task="summary")
SAID = {"id": "c1", "at": AT, "by": "ann", "reason": "planned"}
COMMANDS = [
    Accept(**SAID, segment=SEGMENT, shift="abc", row=17),
    Mute(**SAID, segment=SEGMENT, until=AT.replace(hour=14), signals=["duration_s"]),
    Unmute(**SAID, segment=SEGMENT),
    Reset(**SAID, segment=SEGMENT),
    Rate(**SAID, rows_per_month=2.5e6),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_comes_back_as_it_was(command: Command) -> None:
    record = encode_command(command)
    assert decode_command(record.value, record.headers) == command
    assert record.key == (b"(fleet)" if isinstance(command, Rate) else SEGMENT.stream.key())


def test_a_command_written_by_hand_needs_no_headers() -> None:
    text = b"""{"kind": "mute", "id": "1", "at": "2026-03-01T12:00:00Z", "by": "ann", "until": "2026-03-01T14:00:00Z",
                "segment": {"provider": "openai", "request_model": "gpt-4", "task": "summary"}}"""
    command = decode_command(text, None)
    assert command == Mute(id="1", at=AT, by="ann", segment=SEGMENT, until=AT.replace(hour=14))


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ({"kind": "forget"}, "forget"),
        ({"signal": ["duration_s"]}, "unknown field `signal`"),
        ({"until": "soon"}, "until"),
        ({"until": "2026-03-01T14:00:00"}, "timezone"),
        ({"id": ""}, "id"),
        ({"version": 2}, "version"),
        ({"segment": {"provider": "openai"}}, "request_model"),
    ],
)
def test_what_is_no_command_is_refused_with_the_place_of_the_mistake(change: dict[str, object], reported: str) -> None:
    plain = msgspec.json.decode(encode_command(COMMANDS[1]).value) | change
    with pytest.raises(Undecodable, match=reported):
        decode_command(msgspec.json.encode(plain), None)


@pytest.mark.parametrize("value", [b"", b"\xff", b"[]", b"null", b"[" * 100_000, None])
def test_nothing_at_all_is_refused(value: bytes | None) -> None:
    with pytest.raises(Undecodable):
        decode_command(value, HEADERS)


def test_batches_are_reported_from_commands_by_their_schema() -> None:
    assert not is_command(BATCHES.headers)
    assert not is_command([("schema", b"coagent.batch/99")])
    assert is_command(HEADERS)
    assert is_command([])


def test_another_version_is_refused() -> None:
    with pytest.raises(Undecodable, match=r"coagent\.command/1, the message says coagent\.command/2"):
        decode_command(b"{}", [("schema", b"coagent.command/2")])


def test_signals_are_those_that_there_are() -> None:
    assert known_signals(["duration_s", "input_length"]) == ["duration_s", "input_length"]
    with pytest.raises(Refused, match=r"latency: signals are time_to_first_token_s"):
        known_signals(["latency"])


def test_the_key_is_the_worker_s_and_java_s_partition() -> None:
    """Known answer of Kafka's own murmur2, so that a change of the key's bytes does not go unnoticed."""
    assert SEGMENT.key() == b'["openai","gpt-4",null,"summary",null]'
    assert DefaultPartitioner()(SEGMENT.key(), list(range(4)), []) == 1
