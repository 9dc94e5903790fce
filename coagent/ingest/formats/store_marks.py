"""By which keys the records of gateways, stores of spans and hosted models are known; `marks` says what signs and
weights mean.
"""

from collections.abc import Mapping
from typing import Any

_SURE = 20

STORE_MARKS: Mapping[Any, Mapping[str, int]] = {
    "mlflow": {
        **dict.fromkeys(("attributes/mlflow.spanType", "attributes/mlflow.traceRequestId"), 12),
        **dict.fromkeys(
            ("trace_metadata", "request_metadata", "data/spans", "execution_time_ms", "start_time_unix_nano"), 4
        ),
        **dict.fromkeys(("execution_duration", "assessments"), 3),
        **dict.fromkeys(("client_request_id", "info", "trace", "timestamp_ms"), 2),
        "databricks_request_id": -6,
        "SpanAttributes": -6,
    },
    "datadog": {
        **dict.fromkeys(("attributes/span_kind", "attributes/ml_app", "attributes/start_ns"), 4),
        **dict.fromkeys(("data/type=span", "data/type=spans", "data/attributes", "_dd.stage"), 3),
        **dict.fromkeys(("start_ns", "ml_app", "_dd"), 3),
        **dict.fromkeys(("span_kind", "meta", "event_type"), 1),
        "metrics": 1,
    },
    "weave": {
        "op_name": 5,
        **dict.fromkeys(("wb_user_id", "wb_run_id"), 3),
        **dict.fromkeys(("started_at", "ended_at", "summary", "inputs", "project_id"), 1),
    },
    "cloudflare": {
        **dict.fromkeys(("tokens_in", "tokens_out", "result/tokens_in", "result/tokens_out"), 5),
        **dict.fromkeys(("custom_cost", "result/custom_cost", "result_info"), 2),
        **dict.fromkeys(("cached", "step", "model_type", "request_head_complete", "result/cached"), 1),
    },
    "kong": {
        **dict.fromkeys(("latencies/kong", "latencies/proxy"), 5),
        "ai": 4,
        **dict.fromkeys(("upstream_uri", "workspace", "workspace_name"), 3),
        **dict.fromkeys(("latencies", "tries", "service", "route"), 2),
    },
    "newrelic": {
        **dict.fromkeys(("request.model", "response.model", "response.number_of_messages", "ingest_source"), 4),
        **dict.fromkeys(("vendor", "completion_id", "appName", "is_response"), 2),
        **dict.fromkeys(("response.choices.finish_reason", "response.usage.total_tokens"), 2),
    },
    "databricks": {
        "databricks_request_id": 6,
        **dict.fromkeys(
            (
                "databricks_request_id + execution_duration_ms",
                "databricks_request_id + execution_time_ms",
                "databricks_request_id + served_entity_id",
            ),
            5 * _SURE,
        ),
        **dict.fromkeys(("execution_duration_ms", "served_entity_id", "destination_model"), 4),
        **dict.fromkeys(("logging_error_codes", "sampling_fraction", "time_to_first_byte_ms"), 3),
        "execution_time_ms": 2,
        **dict.fromkeys(("destination_type", "requester", "endpoint_name"), 1),
    },
    "vertex_log": {
        **dict.fromkeys(("full_request", "full_response", "logging_time"), 4),
        **dict.fromkeys(("deployed_model_id", "api_method", "otel_log"), 3),
    },
    "replicate": {
        **dict.fromkeys(("data_removed", "completed_at"), 4),
        **dict.fromkeys(("urls", "version"), 3),
        **dict.fromkeys(("started_at", "logs", "metrics", "input"), 1),
    },
    "langwatch": {
        "spans/timestamps": 4,
        "timestamps": 3,
        **dict.fromkeys(("timestamps/started_at", "timestamps/finished_at"), 3),
        **dict.fromkeys(("vendor", "params"), 2),
        **dict.fromkeys(("span_id", "metrics", "model", "type=llm", "spans", "project_id"), 1),
    },
    "lunary": {
        **dict.fromkeys(("parentFeedback", "siblingRunId", "templateVersionId", "isPublic"), 3),
        **dict.fromkeys(("endedAt", "tokens", "projectId"), 2),
        **dict.fromkeys(("createdAt", "params"), 1),
    },
    "keywordsai": {
        **dict.fromkeys(("customer_identifier", "log_type", "total_request_tokens", "prompt_messages"), 3),
        **dict.fromkeys(("completion_message", "unique_id", "warnings_dict"), 2),
        **dict.fromkeys(("latency", "prompt_tokens", "completion_tokens"), 1),
    },
    "span_row": {
        **dict.fromkeys(("SpanAttributes", "traceID", "localEndpoint", "data/traceID"), 6),
        **dict.fromkeys(("gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.system"), 4),
        **dict.fromkeys(("gen_ai.provider.name", "gen_ai.response.model", "gen_ai.usage.output_tokens"), 4),
        **dict.fromkeys(("spanID", "processes", "data/processes", "SpanName", "ResourceAttributes"), 4),
        **dict.fromkeys(("operationName", "TraceId", "tags"), 1),
        **dict.fromkeys(("customDimensions", "DependencyType", "batches/scopeSpans", "trace/resourceSpans"), 6),
        **dict.fromkeys(("Properties/gen_ai.request.model", "attributes/gen_ai.request.model"), 8),
        **dict.fromkeys(("labels/gen_ai_request_model", "data_stream", "numeric_labels"), 4),
        **dict.fromkeys(("operation_Id", "AppRoleName", "cloud_RoleName", "span_id"), 1),
        "resourceId": -_SURE,
        **dict.fromkeys(("context", "hrTime", "SpanContext"), -6),
    },
    "openai_agents": {
        **dict.fromkeys(("span_data", "object=trace.span"), 5),
        "object=trace": 5,
        **dict.fromkeys(("started_at", "ended_at", "trace_id"), 1),
    },
    "apisix": {
        **dict.fromkeys(("llm_summary", "apisix_latency", "llm_summary + apisix_latency"), 6),
        **dict.fromkeys(("upstream_latency", "route_id"), 2),
        **dict.fromkeys(("latency", "service_id", "consumer"), 1),
    },
    "higress": {
        **dict.fromkeys(("ai_log", "input_token", "output_token", "istio_policy_status"), 4),
        **dict.fromkeys(("ai_log + response_code", "input_token + output_token"), 8),
        **dict.fromkeys(("authority", "upstream_cluster", "route_name", "response_flags", "response_code"), 1),
    },
    "bifrost": {
        **dict.fromkeys(("fallback_index", "number_of_retries", "token_usage"), 4),
        "fallback_index + number_of_retries": 12,
        **dict.fromkeys(("responses_input_history", "input_history", "virtual_key_id", "selected_key_id"), 3),
        **dict.fromkeys(("error_details", "stop_reason"), 1),
    },
    "log_entry": {
        **dict.fromkeys(("jsonPayload", "logEvents"), 4),
        **dict.fromkeys(("@message", "ingestionTime"), 4),
        **dict.fromkeys(("insertId", "logName", "receiveTimestamp", "messageType", "logStreamName"), 2),
        "@timestamp": 1,
        **dict.fromkeys(("labels", "resource", "timestamp", "severity", "textPayload"), 1),
        **dict.fromkeys(("labels/gen_ai.request.model", "labels/event.name"), 4),
        **dict.fromkeys(("log + stream", "log + kubernetes", "message + kubernetes", "message + @timestamp"), 4),
    },
    "tensorzero": {
        **dict.fromkeys(("model_provider_name", "inference_id", "response_time_ms"), 3),
        **dict.fromkeys(("ttft_ms", "raw_response", "input_messages", "model_name"), 2),
    },
}
