"""Spans by the conventions that instrumentations follow."""

from coagent.ingest.sources.otlp import CHAT, COLLECTOR, OTLP
from coagent.ingest.sources.source import Source, message, span

SPANS = (
    Source(
        name="OpenTelemetry GenAI spans",
        formats=OTLP,
        feed=f"{COLLECTOR} docker/otel-collector.yaml is an example.",
        reads="`gen_ai.*` of the semantic conventions, old and new: provider, request and response model, "
        "parameters, usage with cache reads, cache writes and reasoning, finish reasons, errors; duration from the "
        "span's start and end; endpoint from `server.address`.",
        leaves="Spans of other libraries, agents, tools and workflows are skipped and counted. Messages are measured "
        "and hashed, never kept.",
        sample=span(
            {
                **CHAT,
                "gen_ai.provider.name": "openai",
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.cache_read.input_tokens": 800,
                "gen_ai.response.finish_reasons": ["stop"],
            },
            name="chat gpt-4o",
        ),
        gives={
            "provider": "openai",
            "request_model": "gpt-4o",
            "response_model": "gpt-4o-2024-08-06",
            "input_tokens": 1000,
            "output_tokens": 100,
            "cached_input_tokens": 800,
            "duration_s": 1.5,
            "finish_reason": "stop",
        },
    ),
    Source(
        name="OpenInference spans (Phoenix, Arize)",
        formats=OTLP,
        feed=f"OpenInference's instrumentations. {COLLECTOR}",
        reads="`llm.model_name`, `llm.provider`, `llm.token_count.*` with their details, `llm.cost.total` as billed; "
        "spans of kind LLM and EMBEDDING.",
        leaves="Kinds CHAIN, AGENT, TOOL and RETRIEVER are no requests. Messages are measured, never kept.",
        sample=span(
            {
                "openinference.span.kind": "LLM",
                "llm.provider": "anthropic",
                "llm.model_name": "claude-sonnet-4-5",
                "llm.token_count.prompt": 1000,
                "llm.token_count.completion": 100,
                "llm.token_count.prompt_details.cache_read": 800,
                "llm.cost.total": 0.0024,
            }
        ),
        gives={
            "provider": "anthropic",
            "input_tokens": 1000,
            "cached_input_tokens": 800,
            "output_tokens": 100,
            "cost_usd": 0.0024,
        },
    ),
    Source(
        name="OpenLLMetry spans (Traceloop)",
        formats=OTLP,
        feed=f"Traceloop's instrumentations. {COLLECTOR}",
        reads="`gen_ai.usage.prompt_tokens` and `completion_tokens`, `llm.usage.total_tokens`, `llm.request.type`, "
        "`llm.is_streaming`; workflow and task names where a setting names them.",
        leaves="Workflows, tasks and tools are no requests.",
        sample=span(
            {
                "llm.request.type": "chat",
                "gen_ai.system": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.prompt_tokens": 1000,
                "gen_ai.usage.completion_tokens": 100,
                "llm.usage.total_tokens": 1100,
            },
            name="openai.chat",
            scope="opentelemetry.instrumentation.openai.v1",
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "output_tokens": 100},
    ),
    Source(
        name="Console span exporters of the OpenTelemetry SDKs",
        formats=("console_span",),
        feed="What Python's, Go's and JavaScript's console exporters print, pretty-printed or one a line; spans as "
        "Phoenix's API lists them.",
        reads="The same attributes as of OTLP spans.",
        leaves="As of OTLP spans.",
        sample=message(
            {
                "name": "chat gpt-4o",
                "context": {"trace_id": "0x5b8efff798038103d269b633813fc60c", "span_id": "0x00f067aa0ba902b7"},
                "kind": "SpanKind.CLIENT",
                "parent_id": None,
                "start_time": "2026-06-01T08:00:00.000000Z",
                "end_time": "2026-06-01T08:00:01.500000Z",
                "status": {"status_code": "UNSET"},
                "attributes": {**CHAT, "gen_ai.system": "openai"},
                "events": [],
                "links": [],
                "resource": {"attributes": {"service.name": "app"}, "schema_url": ""},
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "duration_s": 1.5},
    ),
)
