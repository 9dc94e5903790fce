"""What people really have: inputs of the tools in use, each with what is right of it (cases.md beside them)."""

import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from coagent.adapters.files import LogFiles
from coagent.domain.request import Request
from coagent.entrypoints.cli.main import main
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

INPUTS = Path(os.environ.get("COAGENT_INPUTS", "../shared/data/inputs"))

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not (INPUTS / "cases.md").exists(), reason=f"no inputs at {INPUTS}: set COAGENT_INPUTS to their folder"
    ),
]


class Right(NamedTuple):
    """One request, its cost in USD (None: left open), and fields of it."""

    cost: float | None
    fields: dict[str, Any]


TOKENS = {"input_tokens": 1000, "output_tokens": 100}
CLAUDE = {"cached_input_tokens": 128955, "cache_write_tokens": 1253, "output_tokens": 400}

ACCEPTED = {
    "01_pydanticai_inclusive_cache_details.jsonl": Right(
        0.04940, {**CLAUDE, "input_tokens": 130213, "provider": "anthropic", "request_model": "claude-sonnet-4-5"}
    ),
    "02_anthropic_exclusive_small.jsonl": Right(0.04940, {**CLAUDE, "input_tokens": 130213}),
    "03_openinference_llm.jsonl": Right(
        0.0135,
        {
            "input_tokens": 12000,
            "cached_input_tokens": 10000,
            "output_tokens": 300,
            "provider": "anthropic",
            "request_model": "claude-sonnet-4-5-20250929",
        },
    ),
    "04_spring_ai_strings.jsonl": Right(
        0.000045, {"input_tokens": 100, "output_tokens": 50, "temperature": 0.7, "finish_reason": "STOP"}
    ),
    "04b_finish_reasons_as_json_text.jsonl": Right(0.000045, {"finish_reason": "stop"}),
    "05_openrouter_broadcast_strings.jsonl": Right(
        0.02, {"input_tokens": 50, "cached_input_tokens": 20, "output_tokens": 100, "reasoning_tokens": 10}
    ),
    "06_semantic_kernel_py.jsonl": Right(0.00032, {"input_tokens": 16, "output_tokens": 28, "max_tokens": 1000}),
    "07_operation_responses.jsonl": Right(0.00325, {"request_model": "gpt-5.1", "output_tokens": 200}),
    "08_vllm_llm_request.jsonl": Right(
        None,
        {
            "provider": "vllm",
            "request_model": "meta-llama/Llama-3.1-8B-Instruct",
            "input_tokens": 120,
            "output_tokens": 80,
            "time_to_first_token_s": 0.045,
        },
    ),
    "09_vercel_ai_sdk_dostream.jsonl": Right(
        0.0001632,
        {"cached_input_tokens": 1024, "time_to_first_token_s": 0.4205, "stream": True, "provider": "openai"},
    ),
    "09b_vercel_gateway.jsonl": Right(0.0045, TOKENS),
    "10_langchain_plus_openai_nested.jsonl": Right(0.0035, {**TOKENS, "provider": "openai"}),
    "11_gemini_thoughts_outside_output.jsonl": Right(
        0.01126, {"input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989}
    ),
    "12b_system_az_ai_inference.jsonl": Right(0.0035, TOKENS),
    "12f_openai_system_other_host.jsonl": Right(None, {"provider": "deepseek", "endpoint": "api.deepseek.com"}),
    "13b_litellm_slp_text_times.jsonl": Right(
        0.000225, {"input_tokens": 10, "output_tokens": 20, "time_to_first_token_s": 0.252629}
    ),
    "14_litellm_responses_cost0.jsonl": Right(0.27, {"input_tokens": 100000, "output_tokens": 2000}),
    "17_litellm_ttft_negative.jsonl": Right(0.000225, {"time_to_first_token_s": None, "output_tokens": 20}),
    "18_openrouter_chat_completion.jsonl": Right(0.0045, {**TOKENS, "provider": "openrouter"}),
    "18c_openrouter_generation.jsonl": Right(0.0035, {**TOKENS, "finish_reason": "stop"}),
    "19_groq_chat_completion.jsonl": Right(0.000669, {**TOKENS, "provider": "groq"}),
    "20b_langwatch7036_audio_mini.jsonl": Right(0.00072, {"input_tokens": 15, "output_audio_tokens": 34}),
    "21_openai_batch_output.jsonl": Right(0.00175, {**TOKENS, "service_tier": "batch"}),
    "22_openai_responses_object.jsonl": Right(
        0.002674,
        {
            "input_tokens": 1000,
            "output_tokens": 200,
            "cached_input_tokens": 512,
            "reasoning_tokens": 128,
            "service_tier": "flex",
        },
    ),
    "22b_openai_responses_pair_with_time.jsonl": Right(
        0.002674, {"duration_s": 2.0, "cached_input_tokens": 512, "status": "ok"}
    ),
    "24_gemini_response.jsonl": Right(
        0.01126,
        {"input_tokens": 264, "output_tokens": 1093, "reasoning_tokens": 989},
    ),
    "25_bedrock_invocation_log.jsonl": Right(
        0.00056625, {"input_tokens": 35, "output_tokens": 446, "duration_s": 3.64}
    ),
    "27b_langfuse_ui_export.jsonl": Right(
        0.0035, {**TOKENS, "duration_s": 1.5, "time_to_first_token_s": 0.4, "request_model": "gpt-4o"}
    ),
    "28_helicone_export.jsonl": Right(0.0035, {**TOKENS, "duration_s": 1.5, "provider": "openai"}),
    "29_claude_code_otlp_logs.jsonl": Right(
        0.0494, {**CLAUDE, "provider": "anthropic", "duration_s": 2.1, "input_tokens": 130213}
    ),
    "32_stream_chunks_with_usage.jsonl": Right(None, TOKENS),
    "33_python_console_span_exporter.jsonl": Right(0.0035, {**TOKENS, "duration_s": 1.5}),
    "34_json_array.jsonl": Right(0.0035, TOKENS),
    "40_span_response_model_only.jsonl": Right(0.0035, {**TOKENS, "request_model": "gpt-4o-2024-08-06"}),
    "43a_cache_spelling.jsonl": Right(0.0025, {**TOKENS, "cached_input_tokens": 800}),
    "43b_cache_spelling.jsonl": Right(0.0025, {**TOKENS, "cached_input_tokens": 800}),
    "43e_cache_spelling.jsonl": Right(0.0025, {**TOKENS, "cached_input_tokens": 800}),
    "52_pretty_printed_object.jsonl": Right(0.0035, TOKENS),
}
REPORTED = {
    "21c_openai_batch_error.jsonl": "a batch line of a failed request",
    "23_anthropic_message.jsonl": "an Anthropic message has no time",
    "23c_anthropic_batch_result.jsonl": "an Anthropic batch result has no time",
    "26_azure_openai_requestresponse_log.jsonl": "an Azure Monitor log without tokens",
}
"""Inputs that lack what a request needs: read as far as they go, or rejected by the name of what they look like."""
FILES = {"54b_collector_file_exporter.pb", "55_pinned_format_all_skipped.jsonl", "cases.md", "expect.json", "score.py"}


@pytest.fixture
def analyzed(monkeypatch, capsys):
    """The report of `coagent analyze --json -`, in this process."""

    def call(name, *options):
        monkeypatch.setattr(sys, "argv", ["coagent", "analyze", str(INPUTS / name), "--json", "-", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        report = json.loads(capsys.readouterr().out)
        assert ended.value.code == (0 if report["records"]["accepted"] else 1)
        return report

    return call


def cost_of(report):
    costs = [segment["cost_usd"] for segment in report["segments"] if segment["cost_usd"] is not None]
    return sum(costs) if costs else None


def requests_of(name):
    records = LogFiles([INPUTS / name]).records()
    outcomes = [outcome for record in records for outcome in decode(record.value, DecodeOptions())]
    return [outcome for outcome in outcomes if isinstance(outcome, Request)]


def test_every_input_has_a_test():
    assert {path.name for path in INPUTS.iterdir()} == {*ACCEPTED, *REPORTED, *FILES}


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_input_gives_the_request_that_its_row_says(analyzed, name):
    report, right = analyzed(name), ACCEPTED[name]
    assert (report["records"]["accepted"], report["records"]["rejected"]) == (1, 0)
    if right.cost is not None:
        assert cost_of(report) == pytest.approx(right.cost, rel=0.01)
    [request] = requests_of(name)
    assert {field: getattr(request, field) for field in right.fields} == pytest.approx(right.fields)


@pytest.mark.parametrize("name", REPORTED)
def test_an_input_that_lacks_something_says_what_it_was_taken_for(analyzed, name):
    records = analyzed(name)["records"]
    assert records["accepted"] + records["rejected"] == 1
    for rejection in records["rejections"]:
        assert rejection["reason"] not in {"unknown_format", "missing_field:provider", "missing_field:request_model"}
        assert rejection["first"] == f"{INPUTS / name}:1"
        assert len(rejection["detail"].split()) > 3


def test_the_collectors_protobuf_file_is_read(analyzed):
    records = analyzed("54b_collector_file_exporter.pb")["records"]
    assert (records["read"], records["accepted"], records["rejected"]) == (2, 2, 0)


def test_a_pinned_format_ends_cleanly_whatever_is_accepted(analyzed):
    records = analyzed("55_pinned_format_all_skipped.jsonl", "--format", "otlp_json")["records"]
    skipped = sum(one["count"] for one in records["skipped"])
    assert (records["read"], records["accepted"] + skipped, records["rejected"]) == (1, 1, 0)
    assert all(one["first"].endswith(":1") for one in records["skipped"])
