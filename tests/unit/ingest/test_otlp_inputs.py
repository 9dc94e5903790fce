"""Real tools' spans and events as shared/data/inputs holds them; skipped where that folder is missing."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

INPUTS = Path(os.environ.get("COAGENT_INPUTS", Path(__file__).parents[4] / "shared/data/inputs"))
BEGAN = datetime(2026, 6, 1, 8, tzinfo=UTC)

EXPECTED = {
    "01_pydanticai_inclusive_cache_details": {
        "provider": "anthropic", "input_tokens": 130_213, "cached_input_tokens": 128_955, "cache_write_tokens": 1253,
        "output_tokens": 400, "cost_usd": 0.049399,
    },
    "02_anthropic_exclusive_small": {
        "input_tokens": 130_213, "cached_input_tokens": 128_955, "cache_write_tokens": 1253, "cost_doubt": None,
    },
    "03_openinference_llm": {
        "provider": "anthropic", "request_model": "claude-sonnet-4-5-20250929", "input_tokens": 12_000,
        "cached_input_tokens": 10_000, "output_tokens": 300, "cost_usd": 0.0135,
    },
    "04_spring_ai_strings": {
        "temperature": 0.7, "input_tokens": 100, "output_tokens": 50, "finish_reason": "STOP", "provider": "openai",
    },
    "04b_finish_reasons_as_json_text": {"finish_reason": "stop"},
    "05_openrouter_broadcast_strings": {
        "input_tokens": 50, "cached_input_tokens": 20, "output_tokens": 100, "reasoning_tokens": 10, "cost_usd": 0.02,
    },
    "06_semantic_kernel_py": {
        "operation": "chat", "input_tokens": 16, "output_tokens": 28, "finish_reason": "STOP", "max_tokens": 1000,
    },
    "07_operation_responses": {"request_model": "gpt-5.1", "input_tokens": 1000, "output_tokens": 200},
    "08_vllm_llm_request": {
        "provider": "vllm", "request_model": "meta-llama/Llama-3.1-8B-Instruct", "input_tokens": 120,
        "output_tokens": 80, "time_to_first_token_s": 0.045, "temperature": 0.7,
    },
    "09_vercel_ai_sdk_dostream": {
        "provider": "openai", "request_model": "gpt-4o-mini", "cached_input_tokens": 1024, "input_tokens": 1200,
        "time_to_first_token_s": 0.4205, "stream": True, "finish_reason": "stop",
    },
    "09b_vercel_gateway": {"provider": "anthropic", "input_tokens": 1000, "output_tokens": 100},
    "10_langchain_plus_openai_nested": {"input_tokens": 1000, "output_tokens": 100},
    "11_gemini_thoughts_outside_output": {"input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989},
    "12b_system_az_ai_inference": {"provider": "azure.ai.inference"},
    "12f_openai_system_other_host": {"provider": "deepseek", "endpoint": "api.deepseek.com"},
    "29_claude_code_otlp_logs": {
        "provider": "anthropic", "input_tokens": 130_213, "cached_input_tokens": 128_955, "cost_usd": 0.0494,
        "duration_s": 2.1, "request_id": "req_1",
    },
    "33_python_console_span_exporter": {"input_tokens": 1000, "output_tokens": 100, "duration_s": 1.5},
    "40_span_response_model_only": {"request_model": "gpt-4o-2024-08-06", "input_tokens": 1000},
    "43a_cache_spelling": {"cached_input_tokens": 800, "input_tokens": 1000},
    "43b_cache_spelling": {"cached_input_tokens": 800, "input_tokens": 1000},
    "43e_cache_spelling": {"cached_input_tokens": 800, "input_tokens": 1000},
    "55_pinned_format_all_skipped": {"cached_input_tokens": 10_000, "cost_usd": 0.0135},
}  # fmt: skip

pytestmark = pytest.mark.skipif(not INPUTS.is_dir(), reason=f"no inputs of real tools at {INPUTS}: set COAGENT_INPUTS")


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_tool_wrote_is_one_request_with_these_values(name):
    lines = (INPUTS / f"{name}.jsonl").read_bytes().splitlines()
    outcomes = [outcome for line in lines for outcome in decode(line, DecodeOptions())]
    [request] = [outcome for outcome in outcomes if isinstance(outcome, Request)]
    assert {field: getattr(request, field) for field in EXPECTED[name]} == EXPECTED[name]


def test_times_are_those_of_the_span():
    [request, *_] = decode((INPUTS / "07_operation_responses.jsonl").read_bytes().strip(), DecodeOptions())
    assert (request.time, request.duration_s) == (BEGAN, 1.5)


def test_the_spans_that_are_no_request_have_their_reasons():
    def reasons(name):
        outcomes = decode((INPUTS / f"{name}.jsonl").read_bytes().strip(), DecodeOptions())
        return [outcome.reason for outcome in outcomes if isinstance(outcome, Skipped)]

    assert reasons("09_vercel_ai_sdk_dostream") == ["not_a_model_request"]
    assert reasons("10_langchain_plus_openai_nested") == ["repeated_call"]
