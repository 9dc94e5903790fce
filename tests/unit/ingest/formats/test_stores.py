"""What gateways, stores of spans and hosts of models say of one and the same call: 1,000 tokens in, 100 out."""

import json
import random
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import DECODERS, decode
from coagent.ingest.options import DecodeOptions

from .odd_values import with_odd_values
from .samples import LANGFUSE, as_csv_row
from .store_samples import (
    APISIX,
    BIFROST,
    CLOUDFLARE,
    DATABRICKS,
    DATADOG,
    HIGRESS,
    KEYWORDSAI,
    KONG,
    LANGWATCH,
    LUNARY,
    MLFLOW,
    NEWRELIC,
    OPENAI_AGENTS,
    REPLICATE,
    SPAN_ROW,
    STORES,
    VERTEX_LOG,
    WEAVE,
)

OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
NANO = 1_780_300_800_000_000_000
WITH_CACHE = STORES.keys() - {"apisix", "cloudflare", "kong", "newrelic", "replicate", "lunary", "tensorzero"}
WITH_FIRST_TOKEN = {"apisix", "datadog", "higress", "kong", "replicate", "langwatch", "keywordsai", "tensorzero"}
WITH_COST = {"bifrost", "datadog", "mlflow", "weave", "cloudflare", "kong", "langwatch", "lunary", "keywordsai"}
WITH_CONTENT = {"bifrost", "datadog", "weave", "langwatch", "lunary", "keywordsai", "openai_agents"}


def outcomes(sample, **changes):
    return decode(json.dumps(sample | changes).encode(), OPTIONS)


def request(sample, **changes):
    found = outcomes(sample, **changes)[0]
    assert isinstance(found, Request), found
    return found


@pytest.mark.parametrize("kind", sorted(STORES.keys() - {"datadog"}))
def test_a_row_of_a_table_says_the_same(kind):
    assert request(as_csv_row(STORES[kind])) == request(STORES[kind])


@pytest.mark.parametrize("kind", sorted(STORES))
def test_the_same_call_is_read_from_every_store(kind):
    found = request(STORES[kind])
    assert (found.input_tokens, found.output_tokens) == (1000, 100)
    assert found.status == (None if kind == "tensorzero" else "ok")
    assert (found.time, found.duration_s) == (START, pytest.approx(1.5))
    assert found.cached_input_tokens == (800 if kind in WITH_CACHE else None)
    assert found.time_to_first_token_s == (pytest.approx(0.4) if kind in WITH_FIRST_TOKEN else None)
    assert found.cost_usd == (pytest.approx(0.0025) if kind in WITH_COST else None)


@pytest.mark.parametrize("kind", sorted(STORES.keys() - {"databricks", "vertex_log", "replicate"}))
def test_provider_and_model_are_those_of_the_call(kind):
    found = request(STORES[kind])
    assert (found.provider, found.request_model) == ("openai", "gpt-4o")


@pytest.mark.parametrize(
    ("sample", "provider", "model"),
    [
        (DATABRICKS, "databricks", "gpt-4o"),
        (VERTEX_LOG, "gcp.vertex_ai", "gemini-2.5-flash"),
        (REPLICATE, "replicate", "meta/meta-llama-3-70b-instruct"),
    ],
)
def test_hosts_of_models_serve_themselves(sample, provider, model):
    found = request(sample)
    assert (found.provider, found.request_model) == (provider, model)


@pytest.mark.parametrize("kind", sorted(WITH_CONTENT))
def test_of_content_only_its_length_is_known(kind):
    assert request(STORES[kind]).input_chars == len("Weather in Paris?")
    assert "Paris" not in repr(outcomes(STORES[kind]))


@pytest.mark.parametrize("kind", sorted(STORES))
def test_no_value_in_any_place_breaks_a_decoder(kind):
    rng = random.Random(13)
    odd = [None, "", 0, -1, 1.5, "x", "12", [], {}, [1], {"a": 1}, True, "[1", '{"a": 1}', [[]], [{}], ["a"], 1e300]
    for _ in range(800):
        changed = with_odd_values(STORES[kind], odd, rng)
        assert DECODERS[kind](json.dumps(changed).encode(), OPTIONS)


@pytest.mark.parametrize(
    ("sample", "changes", "reason"),
    [
        (DATADOG, {"attributes": DATADOG["attributes"] | {"span_kind": "workflow"}}, "datadog_workflow"),
        (WEAVE, {"op_name": "weave:///team/project/op/answer:v1"}, "weave_operation"),
        (MLFLOW, {"attributes": {"mlflow.spanType": '"CHAIN"'}}, "not_a_model_request"),
        (NEWRELIC, {"sequence": 0, "is_response": False}, "newrelic_message"),
        (LANGWATCH, {"type": "chain"}, "langwatch_chain"),
        (LANGWATCH, {"type": "\u0000secret"}, "langwatch_other"),
        (LUNARY, {"type": "agent"}, "lunary_agent"),
        (OPENAI_AGENTS, {"span_data": {"type": "function"}}, "openai_agents_function"),
        (OPENAI_AGENTS, {"object": "trace", "span_data": None}, "openai_agents_trace"),
        (KONG, {"ai": {}}, "not_a_model_request"),
        (APISIX, {"llm_summary": {"duration": "0"}}, "not_a_model_request"),
        (HIGRESS, {"ai_log": "-"}, "not_a_model_request"),
        (BIFROST, {"status": "processing"}, "unfinished_response"),
        (REPLICATE, {"status": "processing"}, "unfinished_response"),
        (WEAVE, {"ended_at": None, "output": None, "summary": {"weave": {"status": "running"}}}, "unfinished_response"),
        (WEAVE, {"ended_at": None, "output": None, "summary": {"usage": {}, "x": 1}}, "unfinished_response"),
        (LUNARY, {"endedAt": None, "status": "started"}, "unfinished_response"),
        (LUNARY, {"endedAt": None, "status": None}, "unfinished_response"),
    ],
)
def test_what_is_no_request_is_skipped_by_name(sample, changes, reason):
    assert outcomes(sample, **changes) == [Skipped(reason=reason)]


def test_a_call_that_failed_without_an_end_is_a_request():
    failed = request(WEAVE, ended_at=None, output=None, exception="RateLimitError('x')")
    assert (failed.status, failed.duration_s) == ("error", None)
    assert request(LUNARY, endedAt=None, status="error").status == "error"


def test_an_operation_of_weave_that_calls_a_model_counts_once():
    """Its summary has the counts of the call within it."""
    parent = WEAVE | {"op_name": "weave:///team/project/op/openai_answer:v1", "id": "parent"}
    assert outcomes(parent) == [Skipped(reason="weave_operation")]


@pytest.mark.parametrize(
    ("exception", "error_type"),
    [
        (json.dumps({"type": "RateLimitError", "message": "a secret prompt"}), "RateLimitError"),
        ("RateLimitError('a secret prompt')", "RateLimitError"),
        ("a secret prompt", "_OTHER"),
        ("secret", "_OTHER"),
        ("Bob", "_OTHER"),
        ("TimeoutError", "TimeoutError"),
        ("openai.RateLimitError: a secret", "openai.RateLimitError"),
    ],
)
def test_of_an_exception_of_weave_only_the_class_is_kept(exception, error_type):
    failed = request(WEAVE, exception=exception, output=None)
    assert (failed.status, failed.error_type) == ("error", error_type)


def test_weave_has_each_provider_s_own_counts():
    usage = {"requests": 1, "input_tokens": 19, "output_tokens": 100, "cache_read_input_tokens": 39000}
    message = {"id": "msg_1", "stop_reason": "end_turn"}
    name = "weave:///team/project/op/anthropic.Messages.create:v1"
    claude = request(WEAVE, op_name=name, output=message, summary={"usage": {"claude-sonnet-4-5": usage}})
    assert (claude.provider, claude.input_tokens, claude.cached_input_tokens) == ("anthropic", 39019, 39000)
    assert claude.finish_reason == "end_turn"
    usage = {"prompt_tokens": 8, "completion_tokens": 20, "thoughts_tokens": 5, "total_tokens": 33}
    name = "weave:///team/project/op/google.genai.models.Models.generate_content:v1"
    gemini = request(WEAVE, op_name=name, output={}, summary={"usage": {"gemini-2.5-flash": usage}})
    assert (gemini.provider, gemini.output_tokens, gemini.reasoning_tokens) == ("gcp.gemini", 25, 5)


@pytest.mark.parametrize("operation", ["anthropic.Messages.create", "bedrock.converse"])
def test_weave_has_counts_of_these_without_their_cache(operation):
    """Also where the cache is smaller than the rest, which alone would not show it."""
    counts = {"input_tokens": 100, "output_tokens": 5, "cache_read_input_tokens": 50}
    found = request(WEAVE, op_name=f"weave:///e/p/op/{operation}:v1", output={}, summary={"usage": {"m": counts}})
    assert (found.input_tokens, found.cached_input_tokens) == (150, 50)


def without_price(kind, zero):
    """The sample with the cost that its tool writes for a model whose price it does not know."""
    sample = json.loads(json.dumps(STORES[kind]))
    places = {
        "datadog": lambda: sample["attributes"]["metrics"].update(estimated_total_cost=zero),
        "weave": lambda: sample["summary"]["weave"].update(costs={"m": {"prompt_tokens_total_cost": zero}}),
        "kong": lambda: sample["ai"]["proxy"]["usage"].update(cost=zero),
        "langwatch": lambda: sample["metrics"].update(cost=zero),
    }
    places.get(kind, lambda: sample.update(cost=zero))()
    return sample


@pytest.mark.parametrize("zero", [0, 0.0, "0"])
@pytest.mark.parametrize("kind", sorted(WITH_COST - {"mlflow"}))
def test_an_estimate_of_0_is_unknown(kind, zero):
    assert request(without_price(kind, zero)).cost_usd is None


def test_an_answer_from_cloudflare_s_cache_cost_nothing():
    assert request(CLOUDFLARE, cached=True, cost=0).cost_usd == 0


LIMITED = {"message": "Timeout", "data": {}}


@pytest.mark.parametrize("sample", [LANGWATCH, OPENAI_AGENTS], ids=["langwatch", "openai_agents"])
@pytest.mark.parametrize(
    ("error", "status"),
    [("Timeout", "error"), (LIMITED, "error"), ({"has_error": False}, "ok"), ({}, "ok"), ("", "ok"), (None, "ok")],
)
def test_an_error_in_text_or_as_an_object_is_one(sample, error, status):
    assert request(sample, error=error).status == status


def test_of_an_error_of_langwatch_only_its_class_is_kept():
    failed = request(LANGWATCH, error={"has_error": True, "message": "RateLimitError: a secret", "stacktrace": []})
    assert (failed.status, failed.error_type) == ("error", "RateLimitError")


@pytest.mark.parametrize(
    ("error", "status"),
    [(True, "error"), ("true", "error"), ("timeout waiting", "error"), (False, "ok"), ("false", "ok"), ("", "ok")],
)
def test_a_column_error_says_that_a_span_failed(error, status):
    assert request(STORED["honeycomb"], error=error).status == status


def test_spans_of_a_datadog_payload_are_read_each():
    written = {"name": "a", "span_id": "1", "start_ns": NANO, "duration": 1_500_000_000}
    meta = {"kind": "llm", "model_name": "gpt-4o", "model_provider": "openai"}
    spans = [written | {"meta": {"kind": "agent"}}, written | {"meta": meta, "metrics": {"input_tokens": 5}}]
    payload = {"data": {"type": "span", "attributes": {"ml_app": "bot", "spans": spans}}}
    skipped, found = outcomes(payload)
    assert skipped == Skipped(reason="datadog_agent")
    assert (found.request_model, found.input_tokens, found.duration_s) == ("gpt-4o", 5, 1.5)


def test_datadog_counts_input_with_its_cache():
    metrics = {"input_tokens": 39100, "non_cached_input_tokens": 19, "cache_read_input_tokens": 39000}
    metrics |= {"cache_write_input_tokens": 81, "output_tokens": 5}
    found = request(DATADOG, attributes=DATADOG["attributes"] | {"metrics": metrics})
    assert (found.input_tokens, found.cached_input_tokens, found.cache_write_tokens) == (39100, 39000, 81)


def test_a_trace_of_mlflow_counts_its_call_alone():
    root = MLFLOW | {"span_id": "r", "parent_span_id": None, "attributes": {"mlflow.spanType": '"CHAIN"'}}
    data = {"spans": [root, MLFLOW]}
    for trace in ({"info": {}, "data": data}, {"trace": json.dumps({"info": {}, "data": data}), "trace_metadata": {}}):
        skipped, found = outcomes(trace)
        assert (skipped, found.input_tokens) == (Skipped(reason="not_a_model_request"), 1000)


USAGE_OF_TWO = {"prompt_tokens": 7, "completion_tokens": 2}


def test_usage_of_mlflow_2_stands_in_the_outputs():
    span = {
        "context": {"span_id": "0x1", "trace_id": "0x2"},
        "start_time": NANO,
        "end_time": NANO + 1_500_000_000,
        "status_code": "ERROR",
        "attributes": {
            "mlflow.spanType": '"CHAT_MODEL"',
            "mlflow.spanInputs": '{"model": "gpt-4o", "temperature": 0.5}',
            "mlflow.spanOutputs": json.dumps({"model": "gpt-4o-2024-08-06", "usage": USAGE_OF_TWO}),
        },
    }
    found = request(span)
    assert (found.request_model, found.response_model, found.temperature) == ("gpt-4o", "gpt-4o-2024-08-06", 0.5)
    assert (found.input_tokens, found.output_tokens, found.status, found.duration_s) == (7, 2, "error", 1.5)


def test_a_page_of_cloudflare_is_read_log_by_log():
    one, two = outcomes({"result": [CLOUDFLARE, CLOUDFLARE | {"success": False, "status_code": 429}], "success": True})
    assert (one.status, two.status, two.http_status) == ("ok", "error", 429)


def test_kong_s_older_entries_have_the_plugin_s_name():
    usage = {"prompt_token": 28, "completion_token": 20, "total_tokens": 48, "cost": 0, "time_per_token": 133}
    meta = {"request_model": "command", "provider_name": "cohere", "llm_latency": 2670}
    found = request(KONG, ai={"ai-proxy": {"usage": usage, "meta": meta}})
    assert (found.provider, found.input_tokens, found.output_tokens) == ("cohere", 28, 20)
    assert (found.duration_s, found.cost_usd) == (2.67, None)


def test_of_a_call_that_failed_at_apisix_the_counts_are_unknown():
    summary = APISIX["llm_summary"] | {"prompt_tokens": "0", "completion_tokens": "0", "total_tokens": "0"}
    failed = request(APISIX, llm_summary=summary, response={"status": 429})
    assert (failed.status, failed.http_status, failed.input_tokens, failed.output_tokens) == ("error", 429, None, None)


def test_what_apisix_does_not_stream_has_no_first_token():
    summary = APISIX["llm_summary"] | {"stream": "false", "duration": 1500}
    assert request(APISIX, llm_summary=summary).time_to_first_token_s is None


def test_higress_s_first_lines_have_the_counts_beside_the_rest():
    line = {name: value for name, value in HIGRESS.items() if name != "ai_log"}
    found = request(line, model="qwen-max", input_token="21", output_token="17", authority="dashscope.aliyuncs.com")
    assert (found.provider, found.request_model) == ("dashscope", "qwen-max")
    assert (found.input_tokens, found.output_tokens, found.duration_s) == (21, 17, 1.51)
    assert (found.status, found.time_to_first_token_s) == ("ok", None)


def test_bifrost_tells_a_fallback_that_failed():
    error = {"status_code": 529, "error": {"type": "overloaded_error", "message": "a secret"}}
    failed = request(BIFROST, status="error", error_details=error, fallback_index=1, number_of_retries=2, cost=None)
    assert (failed.status, failed.http_status, failed.error_type) == ("error", 529, "overloaded_error")
    assert (failed.is_fallback, failed.attempt, failed.tenant) == (True, 3, "t")


def test_an_alias_of_bifrost_is_what_was_asked_for():
    found = request(BIFROST, alias="fast")
    assert (found.request_model, found.response_model) == ("fast", "gpt-4o")


def test_a_row_of_an_inference_table_may_hold_its_bodies_as_structures():
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    for answer in (
        {"object": "chat.completion", "model": "m-1", "choices": [{"finish_reason": "stop"}], "usage": usage},
        {"type": "message", "role": "assistant", "model": "m-1", "content": [], "stop_reason": "end_turn", "usage": {}},
    ):
        row = {
            "databricks_request_id": "d",
            "request_time": "2026-06-01T08:00:00Z",
            "status_code": 200,
            "execution_duration_ms": 1500,
            "request": {"messages": []},
            "response": answer,
        }
        found = request(row)
        assert (found.provider, found.request_model, found.duration_s) == ("databricks", "m-1", 1.5)


def test_a_row_of_an_inference_table_is_read_as_its_bodies():
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    answer = {"object": "chat.completion", "model": "m-1", "choices": [{"finish_reason": "stop"}], "usage": usage}
    row = {
        "databricks_request_id": "d",
        "request_time": "2026-06-01T08:00:00Z",
        "status_code": 200,
        "execution_duration_ms": 1500,
        "request": json.dumps({"messages": []}),
        "response": json.dumps(answer),
    }
    found = request(row)
    assert (found.provider, found.request_model, found.request_id) == ("databricks", "m-1", "d")
    assert (found.input_tokens, found.duration_s, found.finish_reason) == (10, 1.5, "stop")
    failed = request(
        row, status_code=429, request='{"model": "m"}', response='{"error_code": "REQUEST_LIMIT_EXCEEDED"}'
    )
    assert (failed.status, failed.http_status) == ("error", 429)


def test_counts_of_a_usage_table_may_stand_in_its_details_alone():
    details = {"input_tokens": 30, "output_tokens": 4, "cache_read_input_tokens": 8}
    found = request(DATABRICKS, input_tokens=None, output_tokens=None, total_tokens=None, token_details=details)
    assert (found.input_tokens, found.output_tokens, found.cached_input_tokens) == (30, 4, 8)


def test_a_usage_table_without_models_says_so():
    row = {"databricks_request_id": "d", "request_time": "2026-06-01T08:00:00Z", "input_token_count": 5}
    [rejected] = outcomes(row)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "missing_field:request_model"


def test_a_log_of_vertex_began_before_it_was_written():
    assert request(VERTEX_LOG).time == START


def test_keywordsai_logs_at_the_end():
    found = request({name: value for name, value in KEYWORDSAI.items() if name != "start_time"})
    assert (found.time, found.duration_s) == (START, 1.5)


SPAN = {"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 5}


def otlp_groups(attributes):
    pairs = [{"key": name, "value": {"stringValue": str(value)}} for name, value in attributes.items()]
    times = {"startTimeUnixNano": str(NANO), "endTimeUnixNano": str(NANO + 1_500_000_000)}
    span = {"traceId": "dA==", "spanId": "cw==", "name": "chat", **times, "attributes": pairs}
    return [{"resource": {"attributes": []}, "scopeSpans": [{"spans": [span | {"status": {"code": 2}}]}]}]


STORED = {
    "clickhouse": {
        "Timestamp": "2026-06-01 08:00:00.000000000",
        "TraceId": "t",
        "SpanId": "s",
        "SpanName": "chat",
        "Duration": 1_500_000_000,
        "StatusCode": "STATUS_CODE_ERROR",
        "SpanAttributes": {name: str(value) for name, value in SPAN.items()},
    },
    "jaeger": {
        "data": [
            {
                "traceID": "t",
                "spans": [
                    {
                        "traceID": "t",
                        "spanID": "s",
                        "operationName": "chat",
                        "startTime": NANO // 1000,
                        "duration": 1_500_000,
                        "processID": "p1",
                        "tags": [{"key": name, "value": value} for name, value in {**SPAN, "error": True}.items()],
                    }
                ],
                "processes": {"p1": {"serviceName": "app", "tags": [{"key": "service.version", "value": "2"}]}},
            }
        ]
    },
    "application insights": {
        "timestamp": "2026-06-01T08:00:00Z",
        "id": "s",
        "operation_Id": "t",
        "operation_ParentId": "p",
        "name": "chat",
        "type": "GenAI | openai",
        "success": "False",
        "resultCode": "429",
        "duration": 1500.0,
        "customDimensions": json.dumps({name: str(value) for name, value in SPAN.items()}),
    },
    "log analytics": {
        "TimeGenerated": "2026-06-01T08:00:00Z",
        "Id": "s",
        "OperationId": "t",
        "Name": "chat",
        "DependencyType": "GenAI | openai",
        "Success": False,
        "ResultCode": "429",
        "DurationMs": 1500.0,
        "Properties": SPAN,
        "AppRoleName": "app",
        "Type": "AppDependencies",
    },
    "elastic": {
        "@timestamp": "2026-06-01T08:00:00.000Z",
        "attributes": SPAN,
        "duration": 1_500_000_000,
        "name": "chat",
        "span_id": "s",
        "trace_id": "t",
        "resource": {"attributes": {"service.version": "2"}},
        "status": {"code": "Error"},
    },
    "elastic apm": {
        "@timestamp": "2026-06-01T08:00:00.000Z",
        "span": {"id": "s", "name": "chat", "duration": {"us": 1_500_000}},
        "trace": {"id": "t"},
        "labels": {"gen_ai_system": "openai", "gen_ai_request_model": "gpt-4o"},
        "numeric_labels": {"gen_ai_usage_input_tokens": 5},
        "event": {"outcome": "failure"},
    },
    "honeycomb": {
        **SPAN,
        "Timestamp": "2026-06-01T08:00:00Z",
        "duration_ms": 1500.0,
        "name": "chat",
        "trace.trace_id": "t",
        "trace.span_id": "s",
        "error": True,
    },
    "tempo": {"batches": otlp_groups(SPAN)},
    "tempo 2": {"trace": {"resourceSpans": otlp_groups(SPAN)}},
    "zipkin": {
        "traceId": "t",
        "id": "s",
        "name": "chat",
        "timestamp": NANO // 1000,
        "duration": 1_500_000,
        "localEndpoint": {"serviceName": "app"},
        "tags": {name: str(value) for name, value in SPAN.items()} | {"error": "true"},
    },
}


@pytest.mark.parametrize("store", sorted(STORED))
def test_a_span_is_the_same_out_of_every_store(store):
    found = request(STORED[store])
    assert (found.provider, found.request_model, found.input_tokens) == ("openai", "gpt-4o", 5)
    assert (found.time, found.duration_s, found.status) == (START, 1.5, "error")


@pytest.mark.parametrize("key", ["attributes", "labels", "Properties", "numeric_labels"])
@pytest.mark.parametrize("value", ["x", 1, "", None, "{broken", {}, {"team": "x"}])
def test_a_column_with_the_name_of_another_store_s_object_hides_no_attributes(key, value):
    found = request(STORED["honeycomb"], **{key: value})
    assert (found.request_model, found.input_tokens, found.duration_s) == ("gpt-4o", 5, 1.5)


@pytest.mark.parametrize("store", ["clickhouse", "application insights", "log analytics", "elastic", "elastic apm"])
def test_objects_of_a_span_may_be_json_texts(store):
    sample = {name: json.dumps(one) if isinstance(one, dict) else one for name, one in STORED[store].items()}
    [found] = DECODERS["span_row"](json.dumps(sample).encode(), OPTIONS)
    assert (found.request_model, found.input_tokens) == ("gpt-4o", 5)


def test_a_duration_whose_unit_no_name_says_is_unknown():
    assert request(SPAN | {"time": "2026-06-01T08:00:00Z", "duration": 1.5}).duration_s is None


def test_dependencies_of_other_kinds_are_no_requests():
    row = STORED["application insights"] | {"customDimensions": "{}", "type": "SQL"}
    assert outcomes(row) == [Skipped(reason="not_genai")]


def test_a_span_of_jaeger_has_the_resource_of_its_process():
    assert request(STORED["jaeger"]).app_version == "2"


def test_a_line_of_an_access_log_that_failed():
    found = request(SPAN_ROW | {"response_code": 503})
    assert (found.status, found.http_status) == ("error", 503)


def test_events_of_langfuse_s_ingestion_complete_one_another():
    body = {"id": "g", "traceId": "t", "model": "gpt-4o", "startTime": LANGFUSE["startTime"]}
    ends = {
        "id": "g",
        "endTime": LANGFUSE["endTime"],
        "usage": {"promptTokens": 5, "completionTokens": 2},
        "model": None,
    }
    events = [{"type": "trace-create", "body": {"id": "t"}}, {"type": "generation-create", "body": body}]
    [found] = outcomes({"batch": [*events, {"type": "generation-update", "body": ends}]})
    assert (found.request_model, found.input_tokens, found.output_tokens) == ("gpt-4o", 5, 2)
    assert found.duration_s is not None
    assert outcomes({"batch": events[:1]}) == [Skipped(reason="no_records")]


CREATED = {"id": "g1", "startTime": LANGFUSE["startTime"], "model": "gpt-4o"}
UPDATED = {"id": "g1", "endTime": LANGFUSE["endTime"], "usage": {"promptTokens": 5, "completionTokens": 2}}


def ingested(*events):
    return outcomes({"batch": [{"type": kind, "body": body} for kind, body in events]})


def test_half_an_observation_of_langfuse_s_ingestion_is_no_request():
    """SDKs send what they have each second: the end of a call comes in another message than its start."""
    assert ingested(("generation-create", CREATED)) == [Skipped(reason="unfinished_response")]
    assert ingested(("generation-update", UPDATED)) == [Skipped(reason="update_without_start")]
    assert ingested(("generation-create", {**CREATED, "usageDetails": {}})) == [Skipped(reason="unfinished_response")]


def test_an_event_of_langfuse_s_ingestion_that_says_all_is_a_request():
    for kind in ("generation-create", "generation-update"):
        [found] = ingested((kind, CREATED | UPDATED))
        assert (found.request_model, found.input_tokens) == ("gpt-4o", 5)
    [failed] = ingested(("generation-create", {**CREATED, "level": "ERROR"}))
    assert failed.status == "error"


def test_events_of_langfuse_without_an_id_are_never_put_together():
    nameless = {name: value for name, value in CREATED.items() if name != "id"} | {"endTime": LANGFUSE["endTime"]}
    one, two = ingested(("generation-create", nameless), ("generation-create", {**nameless, "model": "gpt-4o-mini"}))
    assert (one.request_model, two.request_model) == ("gpt-4o", "gpt-4o-mini")


@pytest.mark.parametrize("first", ["score-create", "sdk-log", "embedding-create", "agent-create"])
def test_a_batch_of_langfuse_is_known_whatever_its_first_event_is(first):
    bodies = [(first, {"id": "s"}), ("generation-create", CREATED | UPDATED)]
    events = [{"id": kind, "timestamp": LANGFUSE["startTime"], "type": kind, "body": body} for kind, body in bodies]
    found = outcomes({"batch": events, "metadata": {}})
    assert [one.request_model for one in found if isinstance(one, Request)] == ["gpt-4o"]
    alone = outcomes({"batch": events[:1], "metadata": {}})
    assert all(isinstance(one, Skipped) for one in alone)


def test_a_payload_of_langwatch_s_collector_is_read_span_by_span():
    chain = LANGWATCH | {"type": "chain", "span_id": "c"}
    skipped, found = outcomes({"trace_id": "t", "spans": [chain, LANGWATCH], "metadata": {"user_id": "u"}})
    assert (skipped, found.input_tokens) == (Skipped(reason="langwatch_chain"), 1000)


@pytest.mark.parametrize(("duration", "seconds"), [("1500ms", 1.5), ("1.5s", 1.5), ("250µs", 0.00025), ("1500", None)])
def test_a_column_duration_may_say_its_unit(duration, seconds):
    found = request(STORED["honeycomb"] | {"duration_ms": None}, duration=duration)
    assert found.duration_s == (None if seconds is None else pytest.approx(seconds))
