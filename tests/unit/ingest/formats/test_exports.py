"""What each export says of one and the same call: 1,000 tokens in, 800 of them cached, 100 out."""

import json
import random
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import DECODERS, decode
from coagent.ingest.options import DecodeOptions

from .odd_values import with_odd_values
from .samples import (
    EXPORTS,
    HELICONE,
    LANGFUSE,
    LANGFUSE_BLOB,
    LANGSMITH,
    LITELLM_SPEND,
    PORTKEY,
    POSTHOG,
    as_csv_row,
)

OPTIONS = DecodeOptions(now_s=1_782_950_000.0, task_attribute="task", tenant_attribute="customer")
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
READ_HERE = sorted(EXPORTS)


def outcomes(sample, kind=None, **changes):
    return decode(json.dumps(sample | changes).encode(), OPTIONS, kind)


def request(sample, **changes):
    found = outcomes(sample, **changes)[0]
    assert isinstance(found, Request), found
    return found


def counts(found):
    return (
        *(found.input_tokens, found.output_tokens, found.cached_input_tokens),
        *(found.duration_s, found.time_to_first_token_s, found.cost_usd),
    )


@pytest.mark.parametrize("kind", READ_HERE)
@pytest.mark.parametrize("shape", [dict, as_csv_row], ids=["json", "table"])
def test_the_same_call_is_read_from_every_export(kind, shape):
    found = request(shape(EXPORTS[kind]))
    assert (found.provider, found.request_model, found.status) == ("openai", "gpt-4o", "ok")
    assert found.time.replace(microsecond=0) == START
    first = {"portkey": None, "opik": None, "phoenix": None}.get(kind, pytest.approx(0.4))
    assert counts(found) == (1000, 100, 800, pytest.approx(1.5), first, pytest.approx(0.0025))


@pytest.mark.parametrize("kind", ["litellm_spend", "langfuse", "langsmith", "posthog", "braintrust", "opik", "phoenix"])
def test_reasoning_is_a_part_of_the_output(kind):
    assert (request(EXPORTS[kind]).output_tokens, request(EXPORTS[kind]).reasoning_tokens) == (100, 40)


@pytest.mark.parametrize("kind", sorted(EXPORTS.keys() - {"litellm_spend", "phoenix"}))
def test_of_content_only_its_length_is_known(kind):
    assert request(EXPORTS[kind]).input_chars == len("Weather in Paris?")
    assert b"Paris" not in repr(outcomes(EXPORTS[kind])).encode()


@pytest.mark.parametrize("kind", READ_HERE)
def test_no_value_in_any_place_breaks_a_decoder(kind):
    rng = random.Random(11)
    odd = [None, "", 0, -1, 1.5, "x", "12", "None", [], {}, [1], {"a": 1}, True, "[1", '{"a": 1}', [[]], [{}], ["a"]]
    for _ in range(1500):
        changed = with_odd_values(EXPORTS[kind], odd, rng)
        assert DECODERS[kind](json.dumps(changed).encode(), OPTIONS)


def test_spend_rows_name_attempt_task_tenant_and_session():
    found = request(LITELLM_SPEND)
    assert (found.attempt, found.is_fallback, found.cache_hit) == (2, False, False)
    assert (found.task, found.tenant, found.conversation_id) == ("summary", "acme", "s-1")
    assert (found.endpoint, found.request_id) == ("api.openai.com", "chatcmpl-7")


def test_a_spend_row_that_was_not_streamed_has_no_first_token():
    assert request(LITELLM_SPEND, completionStartTime=LITELLM_SPEND["endTime"]).time_to_first_token_s is None


def test_a_failed_spend_row_knows_its_error_and_no_tokens():
    error = {"error_code": "429", "error_class": "RateLimitError", "llm_provider": "openai", "error_message": "words"}
    failed = {"status": "failure", "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "spend": 0.0}
    found = request(LITELLM_SPEND, **failed, metadata=json.dumps({"error_information": error}))
    assert (found.status, found.error_type, found.http_status) == ("error", "RateLimitError", 429)
    assert (found.input_tokens, found.output_tokens) == (None, None)


def test_a_spend_row_as_postgres_exports_it():
    found = request(LITELLM_SPEND, startTime="2026-06-01T08:00:00.25", session_id="\\N", cache_hit="None", team_id=None)
    assert (found.time.microsecond, found.conversation_id, found.cache_hit) == (250_000, None, None)


def test_a_batch_job_in_the_spend_logs_is_no_request():
    assert outcomes(LITELLM_SPEND, call_type="aretrieve_batch") == [Skipped(reason="not_a_model_request")]


def test_blob_storage_writes_the_same_in_snake_case():
    assert counts(request(LANGFUSE_BLOB)) == counts(request(LANGFUSE))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input": 1000, "output": 100, "total": 1100}, (1000, 100, None, None)),
        ({"input": 1000, "input_cached_tokens": 800, "output": 100, "total": 1100}, (1000, 100, 800, None)),
        ({"input": 200, "input_cached_tokens": 800, "output": 100}, (1000, 100, 800, None)),
        (
            {"input": 100, "cache_read_input_tokens": 800, "cache_creation_input_tokens": 100, "output": 100},
            (1000, 100, 800, 100),
        ),
        ({"promptTokens": 1000, "completionTokens": 100, "totalTokens": 1100}, (1000, 100, None, None)),
    ],
)
def test_langfuse_s_parts_are_reported_from_its_totals(usage, expected):
    found = request(LANGFUSE, usageDetails=usage)
    assert (
        *(found.input_tokens, found.output_tokens, found.cached_input_tokens, found.cache_write_tokens),
    ) == expected


def test_langfuse_s_audio_does_not_overlap_its_text():
    usage = {"input": 900, "input_audio_tokens": 100, "output": 80, "output_audio_tokens": 20, "total": 1100}
    found = request(LANGFUSE, usageDetails=usage)
    assert (found.input_tokens, found.input_audio_tokens) == (1000, 100)
    assert (found.output_tokens, found.output_audio_tokens) == (100, 20)


def test_langfuse_s_older_usage_is_read():
    old = {name: value for name, value in LANGFUSE.items() if name not in {"usageDetails", "costDetails", "totalCost"}}
    usage = {"input": 1000, "output": 100, "total": 1100, "unit": "TOKENS", "inputCost": 0.0025}
    found = request(old, usage=usage, calculatedTotalCost=0.0035)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (1000, 100, 0.0035)


@pytest.mark.parametrize("kind", ["SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER"])
def test_langfuse_s_other_observations_are_skipped_by_name(kind):
    assert outcomes(LANGFUSE, type=kind) == [Skipped(reason=f"langfuse_{kind.lower()}")]


def test_a_langfuse_trace_is_read_with_all_its_observations():
    spans = [LANGFUSE, LANGFUSE | {"type": "SPAN"}, LANGFUSE | {"id": "o2"}]
    trace = {"id": "t1", "name": "chat", "sessionId": "s-1", "htmlPath": "/t1", "observations": spans}
    first, skipped, last = outcomes(trace)
    assert (first.request_id, last.request_id, first.conversation_id, first.task) == ("o1", "o2", "s-1", "chat")
    assert skipped == Skipped(reason="langfuse_span", index=1)
    assert outcomes({"id": "t1", "htmlPath": "/t1", "observations": ["o1"]}) == [Skipped(reason="langfuse_trace")]


def test_an_error_in_langfuse_is_one():
    assert request(LANGFUSE, level="ERROR").status == "error"


def test_a_provider_that_langfuse_does_not_name_follows_from_the_model():
    assert request(LANGFUSE, metadata={}).provider == "openai"


def test_helicone_s_cache_and_failures():
    assert request(HELICONE, cache_reference_id="00000000-0000-0000-0000-000000000000").cache_hit is False
    hit = request(HELICONE, cache_reference_id="5e2c1b0a-0000-0000-0000-000000000001")
    assert (hit.cache_hit, hit.response_id) == (True, None)
    assert request(HELICONE, response_status=429).status == "error"
    unanswered = request(HELICONE, response_status=-3)
    assert (unanswered.status, unanswered.http_status) == ("error", None)


def test_other_runs_of_langsmith_are_skipped_by_name():
    assert outcomes(LANGSMITH, run_type="chain") == [Skipped(reason="langsmith_chain")]
    assert outcomes(LANGSMITH, run_type="\u0000secret") == [Skipped(reason="langsmith_other")]


def test_why_an_answer_of_langsmith_ended_stands_in_its_generation_too():
    generation = {"text": "", "generation_info": {"finish_reason": "length"}}
    found = request(LANGSMITH, outputs={"generations": [[generation]]})
    assert found.finish_reason == "length"


def test_the_first_token_of_langsmith_stands_among_its_events_too():
    start = LANGSMITH["start_time"]
    events = [{"name": "start", "time": start}, {"name": "new_token", "time": "2026-06-01T08:00:00.700000+00:00"}]
    found = request(LANGSMITH, start_time="2026-06-01T08:00:00", first_token_time=None, events=events)
    assert found.time_to_first_token_s == pytest.approx(0.7)


def test_a_failed_run_of_langsmith_is_an_error():
    found = request(LANGSMITH, error="RateLimitError('words')", outputs=None, prompt_tokens=None)
    assert (found.status, found.error_type) == ("error", "RateLimitError")


def test_langsmith_s_columns_are_read():
    flat = {name: value for name, value in LANGSMITH.items() if name not in {"extra", "outputs"}}
    flat |= {"extra.metadata.ls_provider": "openai", "extra.metadata.ls_model_name": "gpt-4o"}
    found = request(flat)
    assert (found.provider, found.request_model, found.input_tokens) == ("openai", "gpt-4o", 1000)


def test_posthog_s_event_comes_when_the_answer_is_there():
    assert request(POSTHOG).time == START


def test_posthog_says_how_the_producer_counts():
    known = POSTHOG["properties"] | {"$ai_input_tokens": 200, "$ai_cache_reporting_exclusive": True}
    assert request(POSTHOG, properties=known).input_tokens == 1000


def test_posthog_takes_anthropic_s_counts_as_its_api_has_them():
    known = POSTHOG["properties"] | {
        "$ai_provider": "anthropic",
        "$ai_model": "claude-sonnet-4-5",
        "$ai_input_tokens": 900,
    }
    assert request(POSTHOG, properties=known).input_tokens == 1700


def test_langchain_names_cache_writes_by_their_lifetime():
    details = {"cache_read": 800, "cache_creation": 0, "ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 60}
    usage = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100, "input_token_details": details}
    found = request(LANGSMITH, outputs={"usage_metadata": usage})
    assert (found.cache_write_tokens, found.cache_write_1h_tokens, found.cost_doubt) == (100, 60, None)


def test_langchain_names_service_tiers():
    details = {"flex": 200, "flex_cache_read": 800}
    usage = {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100, "input_token_details": details}
    found = request(LANGSMITH, outputs={"usage_metadata": usage})
    assert (found.cached_input_tokens, found.cost_doubt) == (800, None)


def test_portkey_counts_in_cents_and_milliseconds():
    found = request(PORTKEY)
    assert (found.cost_usd, found.duration_s, found.cache_hit, found.stream) == (0.0025, 1.5, False, False)
    assert request(PORTKEY, cost_currency="EUR").cost_usd is None


def test_a_rejection_says_for_what_it_was_taken_and_why():
    [rejected] = outcomes(LANGFUSE, startTime="soon")
    assert isinstance(rejected, Rejected)
    assert rejected.detail.endswith("taken for langfuse (type=GENERATION, usageDetails, costDetails, modelParameters, "
                                    "traceId, completionStartTime, level, startTime, totalCost)")  # fmt: skip


def test_what_langfuse_counts_in_another_unit_are_no_tokens():
    plain = {"usageDetails": {}, "usage": {"unit": "CHARACTERS", "input": 4000, "output": 400}}
    found = request(LANGFUSE, **plain)
    assert (found.input_tokens, found.output_tokens) == (None, None)
    found = request(LANGFUSE, **(plain | {"usage": {"unit": "TOKENS", "input": 1000, "output": 100}}))
    assert (found.input_tokens, found.output_tokens) == (1000, 100)


def test_a_table_of_langfuse_s_traces_holds_no_requests():
    row = {"id": "t", "timestamp": "2026-06-01T08:00:00Z", "name": "n", "observationCount": "3", "totalTokens": "1100"}
    assert outcomes(row) == [Skipped(reason="langfuse_trace")]


def test_a_trace_with_little_around_its_observations_is_read():
    found = outcomes({"trace": {"id": "t"}, "observations": [LANGFUSE]})[0]
    assert found.input_tokens == 1000


@pytest.mark.parametrize(("cost", "usd"), [(2_500_000, 0.0025), ("2500000", 0.0025), (0.0025, 0.0025), (2, 2), (0, 0)])
def test_helicone_s_table_counts_billionths_of_dollars(cost, usd):
    assert request(HELICONE, costUSD=None, cost=cost).cost_usd == usd
    assert request(HELICONE, costUSD=0.1, cost=cost).cost_usd == 0.1


def test_litellm_s_sums_of_a_day_are_no_requests():
    row = {"date": "2026-06-01", "api_key": "k", "model_group": "m", "spend": 1.0, "api_requests": 9}
    [found] = outcomes(row)
    assert (found.reason, "export LiteLLM_SpendLogs" in found.detail) == ("not_read:usage_report", True)


def test_what_is_missing_is_named_with_what_to_do():
    [found] = outcomes(LANGFUSE, model=None, metadata={})
    assert found.reason == "missing_field:provider"
    assert "provider and request_model are required and absent" in found.detail
    assert "log it, or name it in a mapping file" in found.detail


def test_a_warehouse_folds_the_names_of_litellm_s_columns():
    folded = {name.lower(): value for name, value in LITELLM_SPEND.items()}
    assert counts(request(folded)) == counts(request(LITELLM_SPEND))


def test_litellm_s_rows_count_the_cache_within_the_input():
    claude = {"custom_llm_provider": "anthropic", "model": "claude-sonnet-4-5", "model_group": "claude-sonnet-4-5"}
    assert len(outcomes(LITELLM_SPEND, **claude)) == 1, "nothing is undecided"
    assert request(LITELLM_SPEND, **claude).input_tokens == 1000
    assert request(LITELLM_SPEND, **claude, prompt_tokens=200, total_tokens=300).input_tokens == 1000


ESTIMATES = {
    "langsmith": lambda zero: {"total_cost": zero},
    "posthog": lambda zero: {"properties": POSTHOG["properties"] | {"$ai_total_cost_usd": zero}},
    "braintrust": lambda zero: {"metrics": EXPORTS["braintrust"]["metrics"] | {"estimated_cost": zero}},
    "opik": lambda zero: {"total_estimated_cost": zero},
}


@pytest.mark.parametrize("zero", [0, "0.0"])
@pytest.mark.parametrize("kind", ESTIMATES)
def test_an_estimate_of_0_is_unknown(kind, zero):
    found = request(EXPORTS[kind], **ESTIMATES[kind](zero))
    assert (found.cost_usd, found.input_tokens) == (None, 1000)


def test_an_answer_from_braintrust_s_cache_cost_nothing():
    metrics = EXPORTS["braintrust"]["metrics"] | {"estimated_cost": 0, "cached": 1}
    assert request(EXPORTS["braintrust"], metrics=metrics).cost_usd == 0
