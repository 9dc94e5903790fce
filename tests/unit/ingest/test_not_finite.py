"""Python writes NaN and Infinity where a value is unknown: they lose that value alone, in every JSON format."""

import json

import pytest

from coagent.domain.rejected import Noted, Rejected
from coagent.domain.request import Request
from coagent.ingest.formats.topic_decoder import TopicDecoder
from coagent.ingest.options import DecodeOptions

from .formats.samples import EXPORTS
from .otlp_messages import json_, span
from .test_litellm import PAYLOAD
from .test_openai import REQUEST, RESPONSE

CANONICAL = {"time": 1_780_300_800, "provider": "openai", "request_model": "gpt-4o", "input_tokens": 10}
SPAN = {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}
MESSAGES = {
    "canonical": CANONICAL | {"duration_s": float("nan")},
    "litellm": PAYLOAD | {"response_time": float("nan")},
    "openai": {"time": 1_780_300_800, "duration_s": float("inf"), "request": REQUEST, "response": RESPONSE},
    "langfuse": EXPORTS["langfuse"] | {"latency": float("-inf")},
    "otlp_json": json.loads(json_([span(SPAN)])) | {"odd": float("nan")},
}


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("is_pinned", [False, True])
def test_what_is_no_number_is_unknown_and_the_request_counts(kind, is_pinned):
    decoder = TopicDecoder(kind if is_pinned else None)
    request, *noted = decoder.decode(json.dumps(MESSAGES[kind]).encode(), DecodeOptions(hash_key=b"k"))
    assert isinstance(request, Request)
    assert request.request_model.startswith("gpt-4")
    assert Noted in {type(one) for one in noted}
    assert "not_finite" in {one.reason for one in noted}


def test_without_a_model_it_is_still_rejected():
    [outcome] = TopicDecoder("canonical").decode(b'{"time": 1780300800, "provider": NaN}', DecodeOptions())
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "missing_field:provider"


@pytest.mark.parametrize(
    "rest", [b"", b',"a":', b',"a":"\xff"}', b',"a":"\\ud800"}', b',"a":' + b"9" * 5000 + b"}", b',"a":' + b"[" * 9000]
)
def test_what_is_broken_besides_is_rejected(rest):
    [outcome] = TopicDecoder().decode(
        b'{"time": 1780300800, "provider": "a", "request_model": NaN' + rest, DecodeOptions()
    )
    assert isinstance(outcome, Rejected)
