"""By which keys each format is known: the table that `detect_format` scores.

A sign is a key (`call_type`), a key of an object within (`response/choices`), or one of a few keys with its value
(`type=GENERATION`). A weight above 0 speaks for the format, below 0 against it; 4 are enough. A key that several
tools use has 1 or 2, so that no lone one decides. Keys joined by ` + ` are one sign: together they may say what none of
them may say alone, as columns of a table around the bodies of some provider's API.
"""

from collections.abc import Mapping

from coagent.domain.telemetry_format import Format
from coagent.ingest.formats.body_marks import BODY_MARKS
from coagent.ingest.formats.store_marks import STORE_MARKS

ENOUGH = 4

PARENTS = frozenset(
    {
        "request",
        "response",
        "data",
        "properties",
        "body",
        "result",
        "records",
        "attributes",
        "batch",
        "Properties",
        "labels",
        "trace",
        "latencies",
        "timestamps",
        "batches",
        "spans",
    }
)
"""Keys whose object's keys, or those of a list's first object, are signs too."""

VALUED = frozenset({"type", "object", "event", "run_type", "category"})
"""Keys whose values are signs, there and at the top."""

MARKS: Mapping[Format, Mapping[str, int]] = {
    **BODY_MARKS,
    **STORE_MARKS,
    "canonical": {
        **dict.fromkeys(("time", "provider", "duration_s", "time_to_first_token_s", "prompt_hash", "cost_usd"), 2),
        "request_model": 3,
        **dict.fromkeys(("input_tokens", "output_tokens", "finish_reason", "task", "tenant", "response_model"), 1),
        **dict.fromkeys(("request_created_at", "resourceId", "response_created_at", "delay_ms", "run_type"), -6),
        **dict.fromkeys(("request", "response"), -3),
        **dict.fromkeys(("costUSD", "response_status"), -6),
    },
    "otlp_json": {
        **dict.fromkeys(("resourceSpans", "resourceLogs", "resourceMetrics", "resource_spans"), 20),
        **dict.fromkeys(("scopeSpans", "startTimeUnixNano"), 8),
    },
    "console_span": {
        **dict.fromkeys(("context", "SpanContext"), 4),
        "hrTime": 3,
        **dict.fromkeys(("start_time", "end_time", "parent_id", "attributes", "instrumentationScope"), 1),
    },
    "litellm": {
        **dict.fromkeys(("response_cost", "model_map_information", "coagent_measures"), 8),
        **dict.fromkeys(("call_type", "custom_llm_provider"), 3),
        **dict.fromkeys(("model_group", "hidden_params", "saved_cache_cost"), 2),
        **dict.fromkeys(("startTime", "completionStartTime", "response_time", "model_parameters", "cache_hit"), 1),
        **dict.fromkeys(("error_information", "response_cost_failure_debug_info"), 1),
        **dict.fromkeys(("spend", "usageDetails", "usage_details", "traceId", "run_type"), -12),
    },
    "litellm_spend": {
        "spend": 6,
        "call_type": 3,
        **dict.fromkeys(("api_key", "cache_key", "request_tags", "team_id", "startTime", "model_group", "end_user"), 1),
        **dict.fromkeys(("request_id", "proxy_server_request", "completionStartTime", "custom_llm_provider"), 1),
        **dict.fromkeys(("response_cost", "model_map_information"), -12),
    },
    "langfuse": {
        **dict.fromkeys(("type=GENERATION", "usageDetails", "usage_details", "calculatedTotalCost"), 4),
        **dict.fromkeys(("type=EMBEDDING", "type=SPAN", "type=EVENT", "type=AGENT", "type=TOOL", "type=CHAIN"), 3),
        **dict.fromkeys(("type=RETRIEVER", "type=EVALUATOR", "type=GUARDRAIL"), 3),
        **dict.fromkeys(("costDetails", "cost_details", "parentObservationId", "parent_observation_id"), 3),
        **dict.fromkeys(("provided_model_name", "providedModelName", "promptTokens", "completionTokens"), 2),
        **dict.fromkeys(("traceId", "modelParameters", "internalModelId", "htmlPath"), 2),
        **dict.fromkeys(("observations", "observationCount"), 4),
        **dict.fromkeys(("batch/type=generation-create", "batch/type=generation-update"), 4),
        "batch/body": 2,
        **dict.fromkeys(("batch/id", "batch/type", "batch/timestamp"), 1),
        **dict.fromkeys(("batch/type=trace-create", "batch/type=span-create", "batch/type=event-create"), 4),
        **dict.fromkeys(("startTime", "completionStartTime", "totalCost", "level", "statusMessage", "traceName"), 1),
        **dict.fromkeys(("trace_id", "start_time", "model_parameters", "status_message"), 1),
        **dict.fromkeys(("call_type", "run_type", "custom_llm_provider", "span_attributes"), -6),
    },
    "helicone": {
        "request_created_at": 4,
        **dict.fromkeys(("helicone_user", "cache_reference_id", "response_created_at"), 3),
        **dict.fromkeys(("delay_ms", "response_status", "request_body", "response_body", "costUSD"), 2),
        **dict.fromkeys(("request_properties", "request_path", "target_url", "time_to_first_token", "request_id"), 1),
    },
    "langsmith": {
        "run_type": 5,
        "dotted_order": 3,
        **dict.fromkeys(("first_token_time", "parent_run_ids", "child_run_ids"), 2),
        **dict.fromkeys(("trace_id", "session_id", "start_time", "inputs", "outputs", "extra", "total_cost"), 1),
    },
    "posthog": {
        **dict.fromkeys(("event=$ai_generation", "event=$ai_embedding"), 8),
        **dict.fromkeys(("event=$ai_trace", "event=$ai_span", "event=$ai_metric", "event=$ai_feedback"), 8),
        **dict.fromkeys(("properties/$ai_model", "properties/$ai_trace_id", "properties.$ai_model"), 4),
        **dict.fromkeys(("distinct_id", "properties", "event"), 1),
    },
    "portkey": {
        **dict.fromkeys(("ai_org", "ai_model", "req_units", "res_units", "total_units"), 3),
        **dict.fromkeys(("cost_currency", "stream_mode"), 2),
        **dict.fromkeys(("is_success", "cache_status", "request_url", "response_status_code", "response_time"), 1),
    },
    "braintrust": {
        "span_attributes": 5,
        **dict.fromkeys(("root_span_id", "span_parents", "_xact_id"), 3),
        **dict.fromkeys(("metrics", "log_id"), 2),
        **dict.fromkeys(("span_id", "project_id"), 1),
    },
    "opik": {
        "total_estimated_cost": 5,
        **dict.fromkeys(("feedback_scores", "type=llm", "type=general", "total_estimated_cost_version"), 3),
        **dict.fromkeys(("parent_span_id", "last_updated_at", "last_updated_by"), 2),
        **dict.fromkeys(("trace_id", "start_time", "usage", "project_id", "type=tool"), 1),
        **dict.fromkeys(("run_type", "span_attributes"), -6),
    },
    "phoenix": {
        **dict.fromkeys(("context.span_id", "attributes.llm.model_name", "attributes.openinference.span.kind"), 4),
        **dict.fromkeys(("context.trace_id", "attributes.llm.token_count.prompt", "span_kind"), 3),
        **dict.fromkeys(("status_code", "start_time", "parent_id"), 1),
    },
}

TOGETHER: Mapping[str, frozenset[str]] = {
    sign: frozenset(sign.split(" + ")) for marks in MARKS.values() for sign in marks if " + " in sign
}
"""Signs that hold where all of their keys are there."""

SIGNS = frozenset(sign for marks in MARKS.values() for sign in marks).union(*TOGETHER.values()) - TOGETHER.keys()
