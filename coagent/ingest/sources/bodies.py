"""Bodies of providers' APIs, as applications log them."""

from coagent.ingest.sources.source import Source, message

BODIES = (
    Source(
        name="OpenAI chat completions",
        formats=("openai",),
        feed='The response body alone, or `{"request": …, "response": …}`; canonical fields beside a pair (`time`, '
        "`duration_s`, `task`) win. vLLM and other servers of the same API too.",
        reads="Model, created, usage with its details, finish reason, system_fingerprint, service_tier; vLLM's "
        "per-request metrics.",
        leaves="A response alone has no duration. Messages are measured and hashed, never kept.",
        sample=message(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1780300800,
                "model": "gpt-4o-2024-08-06",
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant"}}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
            }
        ),
        gives={"provider": "openai", "request_model": "gpt-4o-2024-08-06", "output_tokens": 100, "status": "ok"},
    ),
)
