import json

import pytest

from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.refused import Refused

from .otlp_messages import json_, proto, span
from .test_litellm import PAYLOAD
from .test_openai import REQUEST, RESPONSE

SPANS = [span({"gen_ai.system": "openai"})]


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
        (json.dumps(PAYLOAD).encode(), "litellm"),
        (json.dumps(RESPONSE).encode(), "openai"),
        (json.dumps({"request": REQUEST, "response": RESPONSE}).encode(), "openai"),
    ],
)
def test_a_format_is_told_by_content(value, expected):
    assert detect_format(value) == expected


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
        (b'{"time": 1', "invalid_json"),
        (b"\x1f\x8b\x08", "invalid_encoding"),
        (b"\xff\xfe{\x00}\x00", "invalid_encoding"),
    ],
)
def test_what_is_none_of_them_is_refused_with_a_reason(value, reason):
    with pytest.raises(Refused) as caught:
        detect_format(value)
    assert caught.value.reason == reason
