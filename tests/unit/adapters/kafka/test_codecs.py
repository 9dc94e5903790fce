import msgspec
import numpy as np
import pytest

from coagent.adapters.kafka.cloudevents import PublicValue, decode_event, encode_event
from coagent.adapters.kafka.dead_letter_codec import (
    MAX_PAYLOAD_BYTES,
    decode_dead_letter,
    encode_dead_letter,
    encode_retried,
    retried_origin,
)
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.record import Undecodable
from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from tests.contract.samples import dead_letter, dismissed, durations, insight, rollup, shift

BATCH = Batch(
    segment=Segment("openai", "gpt-4", task="summary"),
    source=Source("main", "llm.telemetry", 3),
    rows=2,
    first_offset=7,
    last_offset=9,
    offsets=np.array([7, 9], "<i8").tobytes(),
    indexes=np.array([0, 1], "<i4").tobytes(),
    numbers={"duration_s": np.array([1.5, np.nan], "<f8").tobytes()},
    texts={"status": TextColumn(["ok"], np.array([0, -1], "<i4").tobytes())},
)


def test_a_batch_comes_back_as_it_was() -> None:
    assert BATCHES.decode(BATCHES.encode(BATCH), BATCHES.headers) == BATCH


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (BATCHES.encode(BATCH), [("schema", b"coagent.batch/3")], "schema_version"),
        (BATCHES.encode(BATCH), None, "schema_version"),
        (b"\xc1", BATCHES.headers, "malformed"),
        (msgspec.msgpack.encode({"rows": 1}), BATCHES.headers, "malformed"),
        (None, BATCHES.headers, "empty"),
    ],
)
def test_what_is_no_batch_of_this_version_is_refused(
    value: bytes | None, headers: list[tuple[str, bytes]] | None, reason: str
) -> None:
    with pytest.raises(Undecodable) as refused:
        BATCHES.decode(value, headers)
    assert refused.value.reason == reason


def test_a_refusal_names_both_versions() -> None:
    with pytest.raises(Undecodable, match=r"this version reads coagent\.batch/2, the message says coagent\.batch/3"):
        BATCHES.decode(b"", [("schema", b"coagent.batch/3")])


def test_a_dead_letter_keeps_the_original_bytes() -> None:
    letter = dead_letter(payload=b"\x00not json\xff", offset=2**40, detail="erwartet: Zahl größer 0")
    record = encode_dead_letter(letter)
    assert record.value == letter.payload
    assert decode_dead_letter(record.value, record.headers) == letter


def test_a_dead_letter_too_long_for_kafka_says_where_its_bytes_are() -> None:
    record = encode_dead_letter(dead_letter(payload=b"x" * (MAX_PAYLOAD_BYTES + 1)))
    assert decode_dead_letter(record.value, record.headers) == dead_letter(payload=b"")


def test_a_dead_letter_of_a_huge_header_still_fits_into_a_message() -> None:
    huge = dead_letter(
        detail="x" * 4_230_000, reason="r" * 4_230_000, topic="t" * 300, payload=b"x" * MAX_PAYLOAD_BYTES
    )
    record = encode_dead_letter(huge)
    assert len(record.value) + sum(len(value) for _, value in record.headers) < MAX_PAYLOAD_BYTES + 20_000
    letter = decode_dead_letter(record.value, record.headers)
    assert (letter.offset, len(letter.detail), len(letter.topic)) == (huge.offset, 4000, 255)


@pytest.mark.parametrize("name", ["partition", "offset", "index", "cluster", "reason"])
@pytest.mark.parametrize("value", [None, b"1" + b"0" * 30, b"-1", b"\xb2", b"1" * 5000, b""])
def test_a_dead_letter_out_of_range_is_none(name: str, value: bytes | None) -> None:
    record = encode_dead_letter(dead_letter())
    headers = [(key, one) for key, one in record.headers if key != f"coagent-{name}"]
    headers += [] if value is None else [(f"coagent-{name}", value)]
    if name in {"cluster", "reason"} and value is not None and len(value) < 255:
        assert decode_dead_letter(record.value, headers)
        return
    with pytest.raises(Undecodable, match=name):
        decode_dead_letter(record.value, headers)


def test_a_mark_without_origin_is_refused() -> None:
    with pytest.raises(Undecodable, match="cluster"):
        retried_origin([("coagent-retried", b"1")])


def test_a_mark_that_a_message_was_sent_again_is_no_dead_letter() -> None:
    letter = dead_letter()
    mark = encode_retried(letter.origin)
    assert retried_origin(mark.headers) == letter.origin
    assert retried_origin(encode_dead_letter(letter).headers) is None


def test_a_message_without_origin_is_no_dead_letter() -> None:
    with pytest.raises(Undecodable, match="lack, or are too long: cluster, topic"):
        decode_dead_letter(b"x", [])


@pytest.mark.parametrize(
    "value", [shift(), dismissed(), insight(), rollup(duration=durations(0.1))], ids=lambda v: type(v).__name__
)
def test_an_event_comes_back_as_it_was(value: PublicValue) -> None:
    record = encode_event(value)
    assert decode_event(record.value, record.headers) == value
    assert Segment.from_key(record.key or b"") == value.segment


def test_an_event_says_what_it_is() -> None:
    assert dict(encode_event(shift(id="s", sequence=3)).headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"s/3",
        "ce_source": b"/coagent",
        "ce_type": b"dev.coagent.shift.v1",
        "ce_time": b"2026-03-01T12:17:30+00:00",
        "ce_subject": shift().segment.id.encode(),
        "content-type": b"application/json",
    }


def test_rollups_differ_in_id_by_what_makes_them_differ() -> None:
    same = [dict(encode_event(rollup()).headers)["ce_id"] for _ in range(2)]
    others = [dict(encode_event(rollup(**change)).headers)["ce_id"] for change in ({"part": "1"}, {"sequence": 2})]
    assert len({*same, *others}) == 3


@pytest.mark.parametrize("ce_type", [b"dev.coagent.shift.v2", b""])
def test_an_event_of_another_type_is_refused(ce_type: bytes) -> None:
    with pytest.raises(Undecodable, match="event_type"):
        decode_event(b"{}", [("ce_type", ce_type)])
