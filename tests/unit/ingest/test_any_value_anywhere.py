"""Whatever value stands in whatever place of a message, its decoder ends with outcomes and raises nothing."""

import json

import pytest

from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions
from coagent.ingest.sources import SOURCES

HUGE = 10**400
VALUES = (HUGE, -HUGE, 10**30, 1e308, float("nan"), -1, 0, True, None, "9" * 400, "1e999", "x\0", [], [None], [[1]], {})
TIME = 1_780_300_800
MORE = {
    "a byok answer": (
        "openai",
        {"object": "chat.completion", "created": TIME, "model": "m", "choices": [],
         "usage": {"prompt_tokens": 1, "cost": 1, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.5}}},
    ),
    "ticks and timings": (
        "openai",
        {"object": "chat.completion", "created": TIME, "model": "m",
         "choices": [{"logprobs": {"content": [{"logprob": -0.5}]}, "message": {"content": "x"}}],
         "usage": {"prompt_tokens": 1, "cost_in_usd_ticks": 5, "total_time": 1.5, "queue_time": 0.5}},
    ),
    "a pair with headers": (
        "openai",
        {"time": TIME, "duration_ms": 5, "ended_at": TIME + 1, "headers": {"openai-processing-ms": "5"},
         "request": {"model": "m"}, "response": {"object": "chat.completion", "choices": []}},
    ),
    "a byok generation": (
        "openrouter",
        {"id": "g", "model": "m", "created_at": TIME, "is_byok": True, "total_cost": 1, "upstream_inference_cost": 2.5,
         "latency": 1, "generation_time": 2},
    ),
    "a record of JavaScript's": (
        "console_span",
        {"hrTime": [TIME, 5], "attributes": {"event.name": "gemini_cli.api_response", "model": "m", "duration_ms": 3}},
    ),
    "audio beside its whole": (
        "langfuse",
        {"type": "GENERATION", "startTime": TIME, "model": "m",
         "usageDetails": {"input": 1, "input_audio": 1, "total": 2}},
    ),
}  # fmt: skip
SAMPLES = {one.name: (one.formats[0], json.loads(one.sample)) for one in SOURCES if one.formats} | MORE


def places(found, way=()):
    yield way
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        yield from places(value, (*way, key))


def with_value(found, way, value):
    if not way:
        return value
    copied = found.copy()
    copied[way[0]] = with_value(copied[way[0]], way[1:], value)
    return copied


@pytest.mark.parametrize("name", SAMPLES)
def test_no_value_in_any_place_raises(name):
    kind, message = SAMPLES[name]
    for way in places(message):
        for value in VALUES:
            written = json.dumps(with_value(message, way, value)).encode()
            assert decode(written, DecodeOptions(), kind)
            assert decode(written, DecodeOptions())
