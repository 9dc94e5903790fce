"""OpenTelemetry logs and events."""

from coagent.ingest.sources.otlp import OTLP
from coagent.ingest.sources.source import Source, log_record

_TOPIC = "The Collector's Kafka exporter for logs, or files of its file exporter."

EVENTS = (
    Source(
        name="Claude Code events",
        formats=OTLP,
        feed=f"`CLAUDE_CODE_ENABLE_TELEMETRY=1`, `OTEL_LOGS_EXPORTER=otlp`. {_TOPIC}",
        reads="`claude_code.api_request` and `api_error`: model, tokens with cache reads and writes, duration, cost as "
        "billed. Numbers may be text.",
        leaves="Input without cache reads is what it counts; all other events are no requests.",
        sample=log_record(
            {
                "event.name": "api_request",
                "model": "claude-sonnet-4-5-20250929",
                "input_tokens": "200",
                "output_tokens": "100",
                "cache_read_tokens": "800",
                "cache_creation_tokens": "0",
                "cost_usd": "0.0024",
                "duration_ms": "2100",
            },
            body="claude_code.api_request",
            scope="com.anthropic.claude_code.events",
        ),
        gives={
            "provider": "anthropic",
            "request_model": "claude-sonnet-4-5-20250929",
            "input_tokens": 1000,
            "cached_input_tokens": 800,
            "output_tokens": 100,
            "duration_s": 2.1,
            "cost_usd": 0.0024,
        },
    ),
    Source(
        name="Gemini CLI, Qwen Code and Codex events",
        formats=OTLP,
        feed=f"Their own telemetry settings. {_TOPIC}",
        reads="`gemini_cli.api_response`, `qwen-code.api_response`, the end of a stream in Codex "
        "(`codex.sse_event`, `response.completed`), and their errors.",
        leaves="All other events are no requests.",
        sample=log_record(
            {
                "event.name": "gemini_cli.api_response",
                "model": "gemini-2.5-pro",
                "input_token_count": 1000,
                "output_token_count": 100,
                "cached_content_token_count": 800,
                "thoughts_token_count": 50,
                "duration_ms": 2100,
            }
        ),
        gives={
            "provider": "gcp.gemini",
            "request_model": "gemini-2.5-pro",
            "input_tokens": 1000,
            "cached_input_tokens": 800,
            "output_tokens": 150,
            "reasoning_tokens": 50,
        },
    ),
    Source(
        name="OpenTelemetry GenAI inference event",
        formats=OTLP,
        feed=f"Instrumentations that write `gen_ai.client.inference.operation.details`. {_TOPIC}",
        reads="The attributes of GenAI spans.",
        leaves="Without a duration of the producer's it has none. Messages are measured, never kept.",
        sample=log_record(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.input_tokens": 1000,
                "gen_ai.usage.output_tokens": 100,
            },
            eventName="gen_ai.client.inference.operation.details",
        ),
        gives={"provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "output_tokens": 100},
    ),
)
