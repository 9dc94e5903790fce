import json
import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.bench.intake.litellm_messages import litellm_messages
from coagent.bench.intake.traffic import canonical_records
from coagent.ingest.formats import litellm
from coagent.ingest.formats.decoders import DECODERS, decode
from coagent.ingest.formats.detect_format import detect_format, what_spoke_for_it
from coagent.ingest.formats.marks import MARKS, SIGNS
from coagent.ingest.formats.topic_decoder import TopicDecoder
from coagent.ingest.options import DecodeOptions
from coagent.ingest.refused import Refused
from coagent.settings import AnyFormat

from .formats.samples import EXPORTS, LANGFUSE_BLOB, as_csv_row
from .formats.store_samples import STORES
from .otlp_messages import json_, proto, span
from .test_litellm import PAYLOAD
from .test_openai import REQUEST, RESPONSE

OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
SPANS = [span({"gen_ai.system": "openai"})]
CANONICAL = {"time": 1_780_300_800, "provider": "a", "request_model": "b", "input_tokens": 5, "duration_s": 1.0}
SAMPLES = {
    **EXPORTS,
    **STORES,
    "canonical": CANONICAL,
    "litellm": PAYLOAD,
    "openai": RESPONSE,
}
"""Of each format an object whose keys are the marks."""

STRANGERS = ("note", "region", "shard", "v", "@timestamp", "host", "tags", "labels", "kind", "source", "_id", "index")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"time": 1, "provider": "a", "request_model": "b"}', "canonical"),
        (b' \n{"provider": "a", "time": 1}', "canonical"),
        (b'{"time": 1, "provider": "a", "request_model": "b", "response": "x", "object": 1}', "canonical"),
        (proto(SPANS), "otlp_proto"),
        (proto([span({"k": "x" * length}) for length in (1, 5)]), "otlp_proto"),
        (json_(SPANS), "otlp_json"),
        (b'{"resourceLogs": []}', "otlp_json"),
        (b' {\n "resourceSpans" : []}', "otlp_json"),
        (json.dumps(PAYLOAD).encode(), "litellm"),
        (json.dumps(RESPONSE).encode(), "openai"),
        (json.dumps({"request": REQUEST, "response": RESPONSE}).encode(), "openai"),
        (json.dumps({"time": 1, "duration_s": 2, "request": REQUEST, "response": RESPONSE}).encode(), "openai"),
        (json.dumps(LANGFUSE_BLOB).encode(), "langfuse"),
    ],
)
def test_a_format_is_reported_by_content(value, expected):
    assert detect_format(value) == expected


@pytest.mark.parametrize(
    "response",
    [
        {"id": "chatcmpl-1", "object": "chat.completion", "choices": [], "usage": {}},
        {"id": "resp_1", "object": "response", "output": []},
        {"id": "msg_1", "type": "message", "stop_reason": "end_turn", "stop_sequence": None, "content": []},
        {"candidates": [], "usageMetadata": {}},
    ],
)
def test_a_payload_of_litellm_is_none_of_the_answer_within_it(response):
    assert detect_format(json.dumps(PAYLOAD | {"response": response}).encode()) == "litellm"
    least = {name: PAYLOAD[name] for name in ("id", "call_type", "custom_llm_provider", "model_group", "startTime")}
    assert detect_format(json.dumps(least | {"response": response, "messages": []}).encode()) == "litellm"


def test_what_the_benchmark_sends_as_litellm_s_is_read_as_such():
    [value] = litellm_messages(canonical_records(1))
    assert detect_format(value) == "litellm"
    assert litellm.decode_if_plain(value, DecodeOptions()) is not None


@pytest.mark.parametrize("shape", [dict, as_csv_row], ids=["json", "table"])
@pytest.mark.parametrize("kind", sorted(EXPORTS))
def test_an_export_is_reported_from_its_keys_as_json_and_as_a_row_of_a_table(kind, shape):
    assert detect_format(json.dumps(shape(EXPORTS[kind])).encode()) == kind


def is_known_in_any_order(kind, data):
    strangers = {name: data.draw(st.integers(0, 9)) for name in data.draw(st.sets(st.sampled_from(STRANGERS)))}
    names = data.draw(st.permutations(sorted(SAMPLES[kind] | strangers)))
    value = json.dumps({name: (strangers | SAMPLES[kind])[name] for name in names}).encode()
    assert detect_format(value) == kind


def is_taken_for_no_other(kind, data):
    lacking = data.draw(st.sets(st.sampled_from(sorted(SAMPLES[kind])), max_size=2))
    value = json.dumps({name: field for name, field in SAMPLES[kind].items() if name not in lacking}).encode()
    assert reported(value) in {kind, "unknown_format", "ambiguous_format"}


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=15)
@given(data=st.data())
def test_order_and_unknown_keys_change_no_format(kind, data):
    is_known_in_any_order(kind, data)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=15)
@given(data=st.data())
def test_a_message_that_lacks_some_keys_is_reported_alike_or_refused_never_taken_for_another(kind, data):
    is_taken_for_no_other(kind, data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(SAMPLES))
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_keys_come_and_go_it_is_taken_for_no_other(kind, data):
    is_known_in_any_order(kind, data)
    is_taken_for_no_other(kind, data)


def reported(value):
    """The format, or why there is none."""
    try:
        return detect_format(value)
    except Refused as refused:
        return refused.reason


def test_no_two_samples_look_alike():
    for (kind, sample), (other, _) in product(SAMPLES.items(), SAMPLES.items()):
        if kind != other:
            assert detect_format(json.dumps(sample).encode()) != other


def test_every_format_with_keys_has_marks_a_decoder_and_a_setting():
    assert set(MARKS) | {"otlp_proto"} == set(DECODERS)
    assert {"auto", *DECODERS} == set(AnyFormat.__args__)


def test_a_lone_key_decides_nothing_unless_it_is_a_format_s_own():
    lone = [sign for sign in SIGNS if "/" not in sign and "=" not in sign]
    reported = {}
    for sign in lone:
        try:
            reported[sign] = detect_format(json.dumps({sign: 1}).encode())
        except Refused:
            continue
    assert not reported.keys() & {
        "time",
        "startTime",
        "model",
        "id",
        "type",
        "response",
        "request",
        "usage",
        "trace_id",
    }


def test_a_protobuf_message_may_start_like_json():
    lengths = range(1, 200)
    found = {detect_format(proto([span({"k": "x" * length}, events=())])) for length in lengths}
    assert found == {"otlp_proto"}
    assert any(proto([span({"k": "x" * length})])[:2] == b"\n{" for length in lengths)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "invalid_json"),
        (b"hello", "invalid_json"),
        (b"[1]", "not_an_object"),
        (b"{}", "unknown_format"),
        (b'{"unrelated": 1}', "unknown_format"),
        (b'{"time": 1}', "unknown_format"),
        (b'{"startTime": 1, "model": "m"}', "unknown_format"),
        (b'{"time": 1', "invalid_json"),
        (b"\x1f\x8b\x08", "invalid_encoding"),
        (b"\xff\xfe{\x00}\x00", "invalid_encoding"),
    ],
)
def test_what_is_none_of_them_is_refused_with_a_reason(value, reason):
    with pytest.raises(Refused) as caught:
        detect_format(value)
    assert caught.value.reason == reason


def test_an_unknown_message_hears_what_it_is_nearest_to_and_where_to_look():
    [rejected] = decode(b'{"time": 1, "secret words": "x", "traceId": "t"}', OPTIONS)
    assert rejected.detail == (
        "too few keys of a known format, nearest: canonical (time) and langfuse (traceId). "
        "docs/sources.md lists the formats, and how a mapping file reads any other"
    )


def test_a_rejection_says_for_what_the_message_was_taken():
    [rejected] = decode(b'{"time": 1780300800, "request_model": "m", "task": "t"}', OPTIONS)
    assert rejected.reason == "missing_field:provider"
    assert rejected.detail.endswith("; taken for canonical (request_model, time, task)")


def test_what_spoke_for_a_message_repeats_no_content():
    value = json.dumps(EXPORTS["langfuse"] | {"secret words": "more", "type": "GENERATION"}).encode()
    assert "secret" not in what_spoke_for_it(value)


def test_a_topic_that_changes_its_format_is_read_on():
    decoder = TopicDecoder()
    values = [json.dumps(sample).encode() for sample in SAMPLES.values()] + [json_(SPANS), b"{}", b"no JSON"]
    rng = random.Random(3)
    for _ in range(400):
        value = rng.choice(values)
        assert decoder.decode(value, OPTIONS) == decode(value, OPTIONS)


def test_a_topic_is_read_in_columns_only_while_it_is_canonical():
    decoder = TopicDecoder()
    assert decoder.reads_columns
    decoder.decode(json.dumps(PAYLOAD).encode(), OPTIONS)
    assert not decoder.reads_columns
    decoder.decode(json.dumps(CANONICAL).encode(), OPTIONS)
    assert decoder.reads_columns
    assert TopicDecoder("canonical").reads_columns
    assert not TopicDecoder("litellm").reads_columns
    assert not TopicDecoder(mapped=lambda *_: []).reads_columns
