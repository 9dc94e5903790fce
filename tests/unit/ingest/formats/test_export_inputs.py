"""Inputs as LiteLLM, Langfuse and Helicone write them, each with what its row in `cases.md` says."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coagent.domain.rejected import Noted
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

INPUTS = Path(os.environ.get("COAGENT_INPUTS", Path(__file__).parents[5] / "shared" / "data" / "inputs"))
OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
EIGHT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def outcomes(name):
    path = INPUTS / name
    if not path.exists():
        pytest.skip(f"{path} is missing: set COAGENT_INPUTS to the folder of inputs")
    return [one for line in path.read_bytes().splitlines() if line for one in decode(line, OPTIONS)]


def the_request(name):
    found, *_ = outcomes(name)
    assert isinstance(found, Request), found
    return found


def test_13b_text_times_of_litellm():
    found = the_request("13b_litellm_slp_text_times.jsonl")
    assert found.time == datetime(2026, 6, 1, 8, 0, 0, 847_371, tzinfo=UTC)
    assert found.duration_s == pytest.approx(1.004583)
    assert found.time_to_first_token_s == pytest.approx(0.252629)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (10, 20, 0.000225)


def test_14_a_responses_call_that_cost_0():
    found = the_request("14_litellm_responses_cost0.jsonl")
    assert (found.provider, found.request_model) == ("openai", "gpt-4o")
    assert (found.input_tokens, found.output_tokens) == (100_000, 2_000)


def test_17_a_first_token_before_the_start():
    found, *notes = outcomes("17_litellm_ttft_negative.jsonl")
    assert (found.cost_usd, found.time_to_first_token_s) == (0.000225, None)
    assert found.duration_s == pytest.approx(1.003)
    assert [type(note) for note in notes] == [Noted]
    assert notes[0].reason == "negative:time_to_first_token_s"


def test_27b_a_langfuse_export():
    found = the_request("27b_langfuse_ui_export.jsonl")
    assert (found.provider, found.request_model, found.time) == ("openai", "gpt-4o", EIGHT)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (1000, 100, 0.0035)
    assert (found.duration_s, found.time_to_first_token_s) == (pytest.approx(1.5), pytest.approx(0.4))


def test_28_a_helicone_export():
    found = the_request("28_helicone_export.jsonl")
    assert (found.provider, found.request_model, found.time) == ("openai", "gpt-4o", EIGHT)
    assert (found.response_model, found.http_status, found.status) == ("gpt-4o-2024-08-06", 200, "ok")
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (1000, 100, 0.0035)
    assert (found.duration_s, found.time_to_first_token_s) == (1.5, 0.4)
