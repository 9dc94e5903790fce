"""Inputs as real tools write them, from outside the repository: what their table says comes out of each."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

BESIDE = Path(__file__).parents[5] / "shared/data/inputs"
INPUTS = Path(os.environ.get("COAGENT_INPUTS", BESIDE))
MORNING = datetime(2026, 6, 1, 8, tzinfo=UTC)

if not INPUTS.is_dir():
    pytest.skip(f"no inputs at {INPUTS}: set COAGENT_INPUTS", allow_module_level=True)


def outcomes(name):
    lines = (INPUTS / name).read_bytes().splitlines()
    return [outcome for line in lines if line.strip() for outcome in decode(line, DecodeOptions())]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("18_openrouter_chat_completion.jsonl", {"provider": "openrouter", "cost_usd": 0.0045, "input_tokens": 1000}),
        ("18c_openrouter_generation.jsonl", {"provider": "openrouter", "cost_usd": 0.0035, "output_tokens": 100}),
        ("19_groq_chat_completion.jsonl", {"provider": "groq", "input_tokens": 1000, "output_tokens": 100}),
        (
            "20b_langwatch7036_audio_mini.jsonl",
            {"input_tokens": 15, "output_tokens": 47, "output_audio_tokens": 34, "input_audio_tokens": 0},
        ),
        (
            "21_openai_batch_output.jsonl",
            {"service_tier": "batch", "input_tokens": 1000, "output_tokens": 100, "http_status": 200},
        ),
        (
            "22_openai_responses_object.jsonl",
            {"service_tier": "flex", "input_tokens": 1000, "output_tokens": 200, "cached_input_tokens": 512,
             "reasoning_tokens": 128, "status": "ok", "duration_s": None},
        ),
        (
            "22b_openai_responses_pair_with_time.jsonl",
            {"service_tier": "flex", "input_tokens": 1000, "output_tokens": 200, "cached_input_tokens": 512,
             "reasoning_tokens": 128, "status": "ok", "duration_s": 2.0, "request_model": "gpt-5"},
        ),
        (
            "24_gemini_response.jsonl",
            {"input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989, "request_model": "gemini-2.5-pro"},
        ),
        (
            "26_azure_openai_requestresponse_log.jsonl",
            {"provider": "azure", "request_model": "gpt4o", "duration_s": 0.88, "http_status": 200, "status": "ok"},
        ),
    ],
)  # fmt: skip
def test_an_input_is_one_request(name, expected):
    [request] = outcomes(name)
    assert isinstance(request, Request)
    assert {field: getattr(request, field) for field in expected} == expected
    assert request.time == MORNING


def test_bedrock_s_invocation_log():
    [request] = outcomes("25_bedrock_invocation_log.jsonl")
    assert (request.input_tokens, request.output_tokens, request.duration_s) == (35, 446, 3.64)
    assert request.time == datetime(2026, 6, 1, 8, 0, 17, tzinfo=UTC)


def test_the_last_chunk_of_a_stream():
    earlier, request = outcomes("32_stream_chunks_with_usage.jsonl")
    assert earlier == Skipped(reason="stream_chunk")
    assert (request.input_tokens, request.output_tokens, request.time) == (1000, 100, MORNING)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("21c_openai_batch_error.jsonl", "a line of a batch's output has no time"),
        ("23_anthropic_message.jsonl", "log it as a pair with its time"),
        ("23c_anthropic_batch_result.jsonl", "a line of a batch's output has no time"),
    ],
)
def test_what_has_no_time_says_so(name, words):
    [rejected] = outcomes(name)
    assert isinstance(rejected, Rejected)
    assert words in rejected.detail
