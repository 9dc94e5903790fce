"""What monitoring and tracing products of wider use export."""

from coagent.ingest.sources.source import START_NANO, Source, message

_TIME, _END = "2026-06-01T08:00:00.000Z", "2026-06-01T08:00:01.500Z"
_MS = START_NANO // 1_000_000
_USUAL = {"provider": "openai", "input_tokens": 1000, "output_tokens": 100, "duration_s": 1.5}
_SPAN = {
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
}

MONITORING = (
    Source(
        name="MLflow traces",
        formats=("mlflow",),
        feed="`Trace.to_json` of MLflow 2 and 3, rows of `search_traces` (JSON, CSV or Parquet), or single spans.",
        reads="The attributes of OpenTelemetry spans, `mlflow.llm.*`, `mlflow.chat.tokenUsage`, `mlflow.llm.cost`; "
        "before 3.2 the usage within a span's outputs; the model that was asked for from its inputs.",
        leaves="Spans of other types are no requests. Inputs and outputs are never kept.",
        sample=message(
            {
                "trace_id": "dA==",
                "span_id": "cw==",
                "name": "Completions",
                "start_time_unix_nano": START_NANO,
                "end_time_unix_nano": START_NANO + 1_500_000_000,
                "status": {"code": "STATUS_CODE_OK"},
                "attributes": {
                    "mlflow.spanType": '"CHAT_MODEL"',
                    "mlflow.llm.provider": '"openai"',
                    "mlflow.llm.model": '"gpt-4o"',
                    "mlflow.chat.tokenUsage": '{"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}',
                    "mlflow.llm.cost": '{"input_cost": 0.0025, "output_cost": 0.001, "total_cost": 0.0035}',
                },
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "cost_usd": 0.0035},
    ),
    Source(
        name="Datadog LLM Observability spans",
        formats=("datadog",),
        feed="Pages of its Export API or single resources of them, and payloads of its Spans API.",
        reads="Spans of kind llm and embedding: model, provider, metrics with cache, reasoning and first token, "
        "estimated cost, status; `ml_app` is the task where no setting names another.",
        leaves="Other kinds are no requests. Messages are measured and hashed, never kept. "
        "The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "id": "s",
                "type": "span",
                "attributes": {
                    "span_id": "s",
                    "span_kind": "llm",
                    "start_ns": START_NANO,
                    "duration": 1_500_000_000,
                    "status": "ok",
                    "ml_app": "support",
                    "model_name": "gpt-4o",
                    "model_provider": "openai",
                    "metrics": {"input_tokens": 1000, "output_tokens": 100, "estimated_total_cost": 3_500_000},
                },
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "task": "support", "cost_usd": 0.0035},
    ),
    Source(
        name="New Relic AI monitoring events",
        formats=("newrelic",),
        feed="`LlmChatCompletionSummary` and `LlmEmbedding` events, as NRQL and its exports give them.",
        reads="Vendor, models, parameters, usage, finish reason, duration, error.",
        leaves="Events of messages are skipped. Cached tokens and costs are not there.",
        sample=message(
            {
                "id": "x",
                "timestamp": _MS,
                "duration": 1500,
                "vendor": "openai",
                "ingest_source": "Python",
                "request.model": "gpt-4o",
                "response.model": "gpt-4o-2024-08-06",
                "response.number_of_messages": 2,
                "response.usage.prompt_tokens": 1000,
                "response.usage.completion_tokens": 100,
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "response_model": "gpt-4o-2024-08-06"},
    ),
    Source(
        name="W&B Weave calls",
        formats=("weave",),
        feed="The service's calls (`/calls/stream_query`), the SDK's `get_calls`, and exports of the UI.",
        reads="Calls of client libraries (`openai.…`, `anthropic.…` and the like): model, `summary.usage` with its "
        "details, times, exception, costs.",
        leaves="Calls of other operations sum up those within them and are skipped. Inputs and output are measured, "
        "never kept. "
        "The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "id": "x",
                "op_name": "weave:///team/project/op/openai.chat.completions.create:v1",
                "started_at": _TIME,
                "ended_at": _END,
                "inputs": {"model": "gpt-4o"},
                "output": {"model": "gpt-4o-2024-08-06"},
                "summary": {
                    "usage": {"gpt-4o-2024-08-06": {"requests": 1, "prompt_tokens": 1000, "completion_tokens": 100}},
                    "weave": {"status": "success"},
                },
                "wb_run_id": None,
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "response_model": "gpt-4o-2024-08-06", "status": "ok"},
    ),
    Source(
        name="LangWatch traces and spans",
        formats=("langwatch",),
        feed="Its API and its collector's payloads.",
        reads="Spans of type llm: vendor, model, timestamps with the first token, metrics, params, error.",
        leaves="Other types are no requests. Input and output are measured, never kept. "
        "The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "type": "llm",
                "span_id": "s",
                "trace_id": "t",
                "vendor": "openai",
                "model": "gpt-4o",
                "timestamps": {"started_at": _MS, "first_token_at": _MS + 400, "finished_at": _MS + 1500},
                "metrics": {"prompt_tokens": 1000, "completion_tokens": 100, "cost": 0.0035},
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "time_to_first_token_s": 0.4, "cost_usd": 0.0035},
    ),
    Source(
        name="Lunary runs",
        formats=("lunary",),
        feed="Its API (`/v1/runs`) and its exports.",
        reads="Runs of type llm: the name as the model, tokens, times, cost, params, status.",
        leaves="Other types are no requests. It names no provider: the model's maker is taken. "
        "The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "id": "x",
                "projectId": "p",
                "isPublic": False,
                "type": "llm",
                "name": "gpt-4o",
                "createdAt": _TIME,
                "endedAt": _END,
                "tokens": {"prompt": 1000, "completion": 100, "total": 1100},
                "status": "success",
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "status": "ok"},
    ),
    Source(
        name="Keywords AI (Respan) logs",
        formats=("keywordsai",),
        feed="Its API of request logs and its exports.",
        reads="Model, provider, tokens, latency, time to first token, cost, status; the start is `timestamp` less the "
        "latency where no `start_time` is there.",
        leaves="Messages are measured, never kept. The cost is its own estimate; one of 0 is unknown.",
        sample=message(
            {
                "unique_id": "x",
                "log_type": "chat",
                "timestamp": _END,
                "latency": 1.5,
                "model": "gpt-4o",
                "provider_id": "openai",
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_request_tokens": 1100,
                "status_code": 200,
                "cost": 0.0035,
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "cost_usd": 0.0035, "status": "ok"},
    ),
    Source(
        name="Spans out of stores, monitors and access logs",
        formats=("span_row",),
        feed="Rows of the Collector's ClickHouse exporter (`otel_traces`), traces or spans of Jaeger's JSON, spans of "
        "Zipkin's, traces of Grafana Tempo's API, dependencies of Application Insights and Log Analytics, documents of "
        "Elastic, and rows with GenAI attributes as columns: Honeycomb's events, Envoy AI Gateway's access log.",
        reads="The attributes of OTLP spans, times and status by each store's own names.",
        leaves="As of OTLP spans. Events of spans are not read: an evaluation or a first token in them is unknown.",
        sample=message(
            {
                "Timestamp": _TIME,
                "TraceId": "t",
                "SpanId": "s",
                "SpanName": "chat gpt-4o",
                "Duration": 1_500_000_000,
                "StatusCode": "STATUS_CODE_UNSET",
                "ResourceAttributes": {"service.name": "app"},
                "SpanAttributes": _SPAN,
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "status": "ok"},
    ),
    Source(
        name="OpenAI Agents SDK spans",
        formats=("openai_agents",),
        feed="What a trace processor of the SDK exports (`span.export()`).",
        reads="Spans of type generation: model, parameters, usage, times, error; the server by `base_url`.",
        leaves="Spans of type response name neither model nor usage, and are skipped with the other types: use its "
        "OpenTelemetry instrumentation. Input is measured, never kept.",
        sample=message(
            {
                "object": "trace.span",
                "id": "span_1",
                "trace_id": "trace_1",
                "started_at": _TIME,
                "ended_at": _END,
                "span_data": {
                    "type": "generation",
                    "model": "gpt-4o",
                    "usage": {"input_tokens": 1000, "output_tokens": 100},
                },
                "error": None,
            }
        ),
        gives={**_USUAL, "request_model": "gpt-4o", "status": "ok"},
    ),
)
