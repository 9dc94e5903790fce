"""OpenTelemetry: spans and logs."""

from coagent.ingest.sources.source import Source, span

_COLLECTOR = (
    "An OpenTelemetry Collector with its Kafka exporter (`otlp_proto` or `otlp_json`), or files of its file exporter."
)

TELEMETRY = (
    Source(
        name="OpenTelemetry GenAI spans",
        formats=("otlp_json", "otlp_proto"),
        feed=f"{_COLLECTOR} docker/otel-collector.yaml is an example.",
        reads="`gen_ai.*` of the semantic conventions, old and new: provider, request and response model, "
        "parameters, usage with cache reads, cache writes and reasoning, finish reasons, errors; duration from the "
        "span's start and end; endpoint from `server.address`.",
        leaves="Spans of other libraries, agents, tools and workflows are skipped and counted. Messages are measured "
        "and hashed, never kept.",
        sample=span(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 1000,
                "gen_ai.usage.output_tokens": 100,
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
)
