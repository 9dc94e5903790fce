"""What gateways and observability products log and export."""

from coagent.ingest.sources.source import Source, message

EXPORTS = (
    Source(
        name="LiteLLM StandardLoggingPayload",
        formats=("litellm",),
        feed="LiteLLM's generic API, S3, GCS or Kafka logging of `standard_logging_object`, one JSON object a request.",
        reads="Provider, model, times, tokens, cost, status, errors, tags and team; usage details from "
        "`metadata.usage_object`. A cost of 0 with an unknown model is unknown.",
        leaves="Messages and responses are measured and hashed, never kept.",
        sample=message(
            {
                "id": "x",
                "call_type": "acompletion",
                "custom_llm_provider": "openai",
                "model": "gpt-4o",
                "model_group": "gpt-4o",
                "startTime": 1780300800.0,
                "endTime": 1780300801.5,
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1100,
                "response_cost": 0.0035,
                "status": "success",
            }
        ),
        gives={
            "provider": "openai",
            "request_model": "gpt-4o",
            "input_tokens": 1000,
            "duration_s": 1.5,
            "cost_usd": 0.0035,
            "status": "ok",
        },
    ),
)
