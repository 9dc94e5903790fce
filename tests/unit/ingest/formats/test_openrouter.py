import json
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Skipped
from coagent.ingest.formats import openrouter
from coagent.ingest.formats.decoders import decode

from .readings import OPTIONS, decoded

GENERATION = {
    "id": "gen-3",
    "model": "openai/gpt-4o",
    "created_at": "2026-07-01T12:00:00.000Z",
    "provider_name": "OpenAI",
    "total_cost": 0.0035,
    "tokens_prompt": 900,
    "tokens_completion": 90,
    "native_tokens_prompt": 1000,
    "native_tokens_completion": 100,
    "native_tokens_cached": 64,
    "native_tokens_reasoning": 10,
    "latency": 420,
    "generation_time": 1200,
    "streamed": True,
    "finish_reason": "stop",
    "cancelled": False,
}


def generation(**changed):
    [request] = decoded({"data": GENERATION | changed}, openrouter.decode)
    return request


def test_a_generation():
    request = generation()
    assert request.time == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert (request.provider, request.request_id, request.response_id) == ("openrouter", "gen-3", "gen-3")
    assert (request.input_tokens, request.output_tokens) == (1000, 100)
    assert (request.cached_input_tokens, request.reasoning_tokens, request.cost_usd) == (64, 10, 0.0035)
    assert (request.time_to_first_token_s, request.duration_s, request.stream) == (0.42, 1.2, True)
    assert (request.status, request.finish_reason, request.attributes["provider"]) == ("ok", "stop", "OpenAI")


def test_a_latency_longer_than_the_generation_is_the_whole_duration():
    request = generation(latency=1300)
    assert (request.duration_s, request.time_to_first_token_s) == (1.3, None)
    assert generation(latency=None).duration_s == 1.2


def test_counts_by_openrouter_s_own_tokenizer_where_there_are_no_native_ones():
    assert generation(native_tokens_prompt=None).input_tokens == 900


def test_with_a_key_of_one_s_own_the_provider_bills_too():
    assert generation(is_byok=True, upstream_inference_cost=0.07).cost_usd == pytest.approx(0.0735)
    assert generation(is_byok=True).cost_usd is None


def test_a_cancelled_generation():
    request = generation(cancelled=True)
    assert (request.status, request.error_type) == ("error", "cancelled")


def test_a_list_of_generations_and_one_alone():
    both = decoded({"data": [GENERATION, GENERATION | {"id": "gen-4"}]}, openrouter.decode)
    assert [request.request_id for request in both] == ["gen-3", "gen-4"]
    assert decoded(GENERATION, openrouter.decode)[0].request_id == "gen-3"
    assert decoded({"data": []}, openrouter.decode) == [Skipped(reason="no_records")]


ACTIVITY = {
    "generation_id": "gen-4",
    "created_at": "2026-06-01 08:00:00.000",
    "cost_total": "0.0045",
    "byok_usage_inference": "0",
    "tokens_prompt": "1000",
    "tokens_completion": "100",
    "tokens_reasoning": "10",
    "tokens_cached": "64",
    "model_permaslug": "anthropic/claude-4.5-sonnet",
    "provider_name": "Anthropic",
    "variant": "standard",
    "cancelled": "false",
    "streamed": "true",
    "finish_reason_normalized": "stop",
    "generation_time_ms": "1500",
    "time_to_first_token_ms": "400",
}


def exported(**changed):
    [request] = decode(json.dumps(ACTIVITY | changed).encode(), OPTIONS)
    return request


def test_a_row_of_the_exported_activity():
    request = exported()
    assert (request.provider, request.request_model) == ("openrouter", "anthropic/claude-4.5-sonnet")
    assert (request.time, request.request_id) == (datetime(2026, 6, 1, 8, tzinfo=UTC), "gen-4")
    assert (request.input_tokens, request.output_tokens, request.cost_usd) == (1000, 100, 0.0045)
    assert (request.cached_input_tokens, request.reasoning_tokens) == (64, 10)
    assert (request.duration_s, request.time_to_first_token_s, request.stream) == (1.5, 0.4, True)
    assert (request.status, request.finish_reason) == ("ok", "stop")


def test_its_variants_own_keys_and_cancellations():
    assert exported(variant="free").request_model == "anthropic/claude-4.5-sonnet:free"
    assert exported(byok_usage_inference="0.1").cost_usd == pytest.approx(0.1045)
    assert (exported(cancelled="true").status, exported(streamed="false").time_to_first_token_s) == ("error", None)
