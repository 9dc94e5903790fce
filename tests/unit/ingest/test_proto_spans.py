"""The compiled walk over protobuf says what the protobuf library says, or nothing."""

import random

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from coagent.ingest.columns.proto_spans import find_spans
from coagent.ingest.formats import otlp_proto
from coagent.ingest.refused import Refused

from .otlp_messages import proto, span

VALUES = [
    "text", "", "größer", 0, 1, -1, 2**62, -(2**63), True, False, 0.0, -2.5, 1e300, ["stop"], [], ["a", "b"],
    ["x" * 200], {"a": {"b": [1, "c"]}}, {},
]  # fmt: skip


def made(rng, mark="gen_ai.system"):
    names = [mark, *rng.sample([f"key.{number}" for number in range(30)], rng.randrange(25))]
    return span(
        {name: rng.choice(VALUES) for name in names},
        span_id=f"{rng.getrandbits(64):016x}",
        parent=rng.choice(["", f"{rng.getrandbits(64):016x}"]),
        name=rng.choice(["chat", "größer", ""]),
        status=rng.choice([0, 1, 2]),
        duration_nano=rng.choice([0, 10**9]),
        events=[("exception", {"exception.type": "E"}, 5)] * rng.randrange(3),
    )


def comparable(spans):
    return [
        (
            one.attributes() if one.plan.is_known else {},
            (one.span_id, one.trace_id, one.parent_id, one.name),
            (one.start_nano, one.end_nano, one.failed),
            (one.resource, one.scope, list(one.events)),
        )
        for one in spans
    ]


def test_both_ways_read_the_same():
    rng = random.Random(7)
    for _ in range(300):
        spans = [made(rng, rng.choice(["gen_ai.system", "http.route"])) for _ in range(rng.randrange(6))]
        message = proto(spans, {"service.name": "app"}, "scope") + proto(spans[:1], {"service.name": "other"})
        places = find_spans(message)
        assert places is not None
        placed = comparable(otlp_proto._placed_spans(message, places))
        assert placed == comparable(otlp_proto._library_spans(message))


def test_mutated_bytes_are_read_alike_or_left_to_the_library():
    rng, alike = random.Random(8), 0
    for _ in range(3000):
        message = bytearray(proto([made(rng), made(rng)], {"service.name": "app"}))
        for _ in range(rng.choice((1, 1, 2))):
            message[rng.randrange(len(message))] = rng.randrange(256)
        value = bytes(message)
        places = find_spans(value)
        if places is None:
            continue
        try:
            placed = comparable(otlp_proto._placed_spans(value, places))
        except (UnicodeDecodeError, Refused):
            continue
        try:
            library = comparable(otlp_proto._library_spans(value))
        except Refused:
            continue  # the library checks texts that are not read, too
        assert repr(placed) == repr(library)
        alike += 1
    assert alike > 300


@pytest.mark.parametrize(
    "odd", [b"\x0b", b"\x0a\x80", b"\x08\x01", b"\x0a\x05a", b"\x0a" + b"\xff" * 9 + b"\x01", b"\x00"]
)
def test_what_is_not_plainly_in_order_is_left_to_the_library(odd):
    assert find_spans(odd) is None


def test_a_batch_of_unknown_fields_alone_holds_no_spans():
    places = find_spans(b"\x12\x01a")
    assert places is not None
    assert places.spans == []


def test_an_attribute_that_stands_twice_has_its_last_value():
    batch = ExportTraceServiceRequest()
    one = batch.resource_spans.add().scope_spans.add().spans.add()
    for value in ("openai", "anthropic"):
        one.attributes.add(key="gen_ai.system").value.string_value = value
    [found] = otlp_proto._spans(batch.SerializeToString())
    assert found.attributes() == {"gen_ai.system": "anthropic"}
