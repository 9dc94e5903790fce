"""The formats of telemetry that are read, by the names that settings, screens and docs use."""

from typing import Literal

Format = Literal[
    "canonical",
    "otlp_proto",
    "otlp_json",
    "console_span",
    "litellm",
    "litellm_spend",
    "openai",
    "openai_responses",
    "anthropic",
    "gemini",
    "bedrock",
    "bedrock_log",
    "ollama",
    "openrouter",
    "azure_log",
    "langfuse",
    "helicone",
    "langsmith",
    "posthog",
    "portkey",
    "braintrust",
    "opik",
    "phoenix",
]
