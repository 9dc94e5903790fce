"""What each attribute of a span or log event means: the one table of spellings.

For each field the attributes that hold it, the best first: the current OpenTelemetry name, its predecessors, then those
of single producers. Token counts and costs that are not listed here are read by the words of their names
(`usage_words`).

Sources: OpenTelemetry semantic conventions for generative AI up to 1.40; OpenInference 0.1.46; the attributes that
OpenLLMetry, Vercel AI SDK 4 to 6, Spring AI 1.x, pydantic-ai, Langfuse 3, LangSmith, OpenRouter Broadcast, LiteLLM,
Semantic Kernel, Sentry, OpenLIT, vLLM, MLflow, Strands, Genkit, Laminar, Codex, Claude Code and Gemini CLI write.
"""

from collections.abc import Mapping

FIELDS: Mapping[str, tuple[str, ...]] = {
    "provider": (
        "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider",
        "langsmith.metadata.ls_provider", "mlflow.llm.provider", "llm.vendor", "lmnr.span.provider",
        "langfuse.observation.metadata.ls_provider", "gen_ai.request.provider", "gen_ai.provider",
        "gen_ai.model.provider", "gen_ai.provider_name", "gen_ai.model_provider", "gen_ai.vendor", "llm.provider.name",
        "llm.provider_name", "ai.provider", "langtrace.service.name", "_ml_obs.meta.model_provider",
    ),
    "request_model": (
        "gen_ai.request.model", "llm.request.model_name", "llm.request.model", "ai.model.id",
        "langfuse.observation.model.name", "langfuse.observation.model", "llm.model_name", "embedding.model_name",
        "langsmith.metadata.ls_model_name", "mlflow.llm.model", "gen_ai.model", "gen_ai.model_name", "llm.model",
        "langfuse.observation.metadata.ls_model_name", "ai.model_id", "gen_ai.request.model_name",
        "gen_ai.request.model_id", "gen_ai.model.name", "gen_ai.model.id", "gen_ai.model_id", "llm.model.name",
        "llm.model_id", "ai.model", "_ml_obs.meta.model_name",
    ),
    "response_model": (
        "gen_ai.response.model", "llm.response.model_name", "llm.response.model", "ai.response.model",
    ),
    "system_fingerprint": (
        "openai.response.system_fingerprint", "gen_ai.openai.response.system_fingerprint",
        "gen_ai.openai.system_fingerprint",
        "gen_ai.response.system_fingerprint", "gen_ai.system_fingerprint", "llm.response.system_fingerprint",
    ),
    "service_tier": (
        "openai.response.service_tier", "gen_ai.openai.response.service_tier", "gen_ai.response.service_tier",
        "gen_ai.usage.service_tier", "aws.bedrock.service_tier", "openai.request.service_tier",
        "gen_ai.openai.request.service_tier", "gen_ai.request.service_tier",
    ),
    "conversation_id": (
        "gen_ai.conversation.id", "session.id", "langfuse.session.id", "gen_ai.session.id",
        "traceloop.association.properties.session_id", "langsmith.metadata.session_id",
        "ai.telemetry.metadata.sessionId",
        "lmnr.association.properties.session_id",
    ),
    "stream": (
        "gen_ai.request.stream", "gen_ai.request.is_stream", "llm.is_streaming", "llm.request.streaming",
        "gen_ai.is_streaming", "llm.stream", "gen_ai.response.streaming", "ai.streaming",
    ),
    "temperature": (
        "gen_ai.request.temperature", "llm.request.temperature", "ai.settings.temperature", "llm.temperature",
    ),
    "top_p": ("gen_ai.request.top_p", "llm.request.top_p", "ai.settings.topP", "llm.top_p"),
    "max_tokens": (
        "gen_ai.request.max_tokens", "llm.request.max_tokens", "gen_ai.request.max_output_tokens",
        "gen_ai.request.max_completion_tokens", "ai.settings.maxOutputTokens", "ai.settings.maxTokens",
        "llm.max_tokens",
    ),
    "seed": ("gen_ai.request.seed", "gen_ai.openai.request.seed", "openai.request.seed", "ai.settings.seed"),
    "input_tokens": (
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens",
        "ai.usage.promptTokens", "llm.usage.prompt_tokens", "llm.usage.input_tokens", "ai.usage.tokens",
        "gen_ai.response.prompt_tokens", "gen_ai.response.input_tokens", "gen_ai.embeddings.input_tokens",
        "ai.prompt_tokens.used", "_ml_obs.metrics.input_tokens",
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
        "ai.usage.outputTokens", "ai.usage.completionTokens", "llm.usage.completion_tokens", "llm.usage.output_tokens",
        "gen_ai.response.completion_tokens", "gen_ai.response.output_tokens", "ai.completion_tokens.used",
        "_ml_obs.metrics.output_tokens",
    ),
    "total_tokens": (
        "gen_ai.usage.total_tokens", "llm.token_count.total", "llm.usage.total_tokens", "ai.usage.totalTokens",
        "gen_ai.response.total_tokens", "ai.total_tokens.used",
    ),
    "cached_input_tokens": (
        "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.input_tokens.cached", "llm.token_count.prompt_details.cache_read",
        "gen_ai.usage.details.cache_read_tokens", "ai.usage.inputTokenDetails.cacheReadTokens",
        "ai.usage.cachedInputTokens", "llm.token_count.prompt_details.cache_input",
        "_ml_obs.metrics.cache_read_input_tokens",
    ),
    "cache_write_tokens": (
        "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_input_tokens",
        "gen_ai.usage.input_tokens.cache_write", "llm.token_count.prompt_details.cache_write",
        "gen_ai.usage.details.cache_write_tokens", "ai.usage.inputTokenDetails.cacheWriteTokens",
        "_ml_obs.metrics.cache_write_input_tokens",
    ),
    "reasoning_tokens": (
        "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning",
        "llm.token_count.completion_details.reasoning", "gen_ai.usage.details.reasoning_tokens",
        "ai.usage.reasoningTokens", "ai.usage.outputTokenDetails.reasoningTokens",
        "codex.usage.reasoning_output_tokens", "gen_ai.usage.experimental.reasoning_tokens",
        "_ml_obs.metrics.reasoning_output_tokens",
    ),
    "uncached_input_tokens": ("ai.usage.inputTokenDetails.noCacheTokens",),
    "time_to_first_token_s": (
        "gen_ai.response.time_to_first_chunk", "gen_ai.response.time_to_first_token",
        "gen_ai.server.time_to_first_token", "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.latency.time_to_first_token", "gen_ai.usage.time_to_first_token", "llm.latency.time_to_first_token",
        "gen_ai.streaming.time_to_first_token", "llm.time_to_first_token", "gen_ai.server.ttft",
        "lk.response.ttft",
    ),
    "finish_reason": (
        "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason", "llm.response.finish_reason",
        "llm.finish_reason", "ai.response.finishReason", "ai.finishReason", "llm.response.stop_reason",
        "gen_ai.response.stop_reason", "gen_ai.completion.0.finish_reason",
        "llm.output_messages.0.message.finish_reason", "gen_ai.finish_reason", "gen_ai.finish_reasons",
        "llm.response.finish_reasons", "llm.finish_reasons", "llm.completions.0.finish_reason",
    ),
    "error_type": ("error.type", "exception.type", "gen_ai.error.type"),
    "http_status": ("http.response.status_code", "http.status_code", "gen_ai.response.status_code"),
    "cost_usd": (
        "gen_ai.usage.cost", "gen_ai.usage.total_cost", "operation.cost", "llm.cost.total", "gen_ai.cost.total_cost",
        "gen_ai.usage.cost_usd", "gen_ai.cost.total", "gen_ai.cost.usd", "gen_ai.cost", "llm.usage.cost",
        "llm.usage.total_cost", "llm.cost", "ai.usage.cost", "gen_ai.response.cost", "llm.response.cost",
        "openrouter.cost", "gen_ai.total_cost", "gen_ai.operation.cost", "gen_ai.request.cost", "llm.total_cost",
        "llm.cost_usd", "litellm.response_cost", "usage.cost", "ai.cost",
    ),
    "attempt": ("gen_ai.request.attempt",),
}  # fmt: skip
"""Canonical names, and what `Reading` completes counts from."""

MILLISECONDS: Mapping[str, tuple[str, ...]] = {
    "time_to_first_token_s": (
        "ai.response.msToFirstChunk", "gen_ai.response.time_to_first_token_ms", "gen_ai.response.ttft_ms",
        "llm.time_to_first_token_ms", "time_to_first_token_ms", "gen_ai.latency.time_to_first_token_ms",
        "copilot_chat.time_to_first_token",
    ),
    "duration_s": ("ai.response.msToFinish",),
}  # fmt: skip
"""The same in milliseconds; they stand behind the attributes in seconds."""

SECONDS: Mapping[str, tuple[str, ...]] = {"duration_s": ("gen_ai.latency.e2e",)}

FACTS: Mapping[str, tuple[str, ...]] = {
    "operation": (
        "gen_ai.operation.name", "ai.operationId", "llm.request.type", "gen_ai.operation", "llm.operation",
        "ai.operation.id",
    ),
    "kind": (
        "openinference.span.kind", "traceloop.span.kind", "langfuse.observation.type", "langsmith.span.kind",
        "mlflow.spanType", "gen_ai.span.kind", "lmnr.span.type", "genkit:metadata:subtype", "traceroot.span.type",
        "_ml_obs.meta.span.kind", "agentops.span.kind", "langwatch.span.type",
        "langtrace.service.type", "gen_ai.operation.type", "braintrust.span_attributes",
    ),
    "host": ("server.address", "net.peer.name", "gen_ai.request.host", "http.host"),
    "port": ("server.port", "net.peer.port"),
    "url": (
        "url.full", "http.url", "gen_ai.openai.api_base", "llm.request.base_url", "gen_ai.request.base_url",
        "openai.api_base", "llm.openai.api_base", "api_base", "metadata.api_base",
    ),
    "response_id": (
        "gen_ai.response.id", "llm.response.id", "ai.response.id", "llm.response_id", "gen_ai.request.id",
    ),
    "input_cost": (
        "gen_ai.usage.input_cost", "llm.cost.prompt", "gen_ai.cost.input_cost", "gen_ai.cost.input",
        "gen_ai.usage.cost.input", "gen_ai.usage.prompt_cost", "gen_ai.cost.prompt", "llm.usage.input_cost",
        "llm.cost.input", "gen_ai.cost.prompt_cost", "gen_ai.usage.cost.prompt",
    ),
    "output_cost": (
        "gen_ai.usage.output_cost", "llm.cost.completion", "gen_ai.cost.output_cost", "gen_ai.cost.output",
        "gen_ai.usage.cost.output", "gen_ai.usage.completion_cost", "gen_ai.cost.completion", "llm.usage.output_cost",
        "llm.cost.output", "gen_ai.cost.completion_cost", "gen_ai.usage.cost.completion",
    ),
    "task": ("gen_ai.workflow.name", "gen_ai.agent.name"),
    "first_token_at": ("langfuse.observation.completion_start_time", "gen_ai.response.completion_start_time"),
    "genkit": ("genkit:name",),
    "logfire_type": ("logfire.span_type",),
    "request_data": ("request_data",),
    "sentry_op": ("sentry.op",),
}  # fmt: skip
"""Evidence that is weighed before it becomes a field."""

BARE: Mapping[str, tuple[str, ...]] = {
    "request_model": ("model", "model_name"),
    "input_tokens": ("input_tokens", "input_token_count", "prompt_tokens"),
    "output_tokens": ("output_tokens", "output_token_count", "completion_tokens"),
    "total_tokens": ("total_tokens", "total_token_count"),
    "cached_input_tokens": (
        "cache_read_tokens", "cache_read_input_tokens", "cached_content_token_count", "cached_token_count",
        "cached_tokens",
    ),
    "cache_write_tokens": (
        "cache_creation_tokens", "cache_creation_input_tokens", "cache_write_tokens", "cache_write_token_count",
    ),
    "reasoning_tokens": (
        "reasoning_tokens", "reasoning_token_count", "thoughts_token_count", "reasoning_output_tokens",
    ),
    "cost_usd": ("cost_usd", "total_cost_usd"),
    "finish_reason": ("stop_reason", "finish_reason", "finish_reasons"),
    "http_status": ("status_code",),
    "error_type": ("error_type",),
    "attempt": ("attempt",),
    "conversation_id": ("conversation.id", "session_id"),
    "app_version": ("app.version",),
}  # fmt: skip
"""Names without a prefix, as coding agents write them; they count where a model and tokens go together."""

BARE_BESIDE_MARKS: Mapping[str, tuple[str, ...]] = {
    **{name: BARE[name] for name in (
        "request_model", "input_tokens", "output_tokens", "total_tokens", "cached_input_tokens", "cache_write_tokens",
        "reasoning_tokens",
    )},
    "provider": ("provider", "model_provider"),
    "cost_usd": ("cost_usd", "total_cost_usd", "total_cost", "response_cost", "cost"),
}  # fmt: skip
"""Those that a hand-made span may have beside names that show that it is about a model."""

BARE_FACTS: Mapping[str, tuple[str, ...]] = {"request_id": ("request_id",), "response_id": ("response_id",)}

BARE_MILLISECONDS: Mapping[str, tuple[str, ...]] = {
    "time_to_first_token_s": ("ttft_ms",),
    "duration_s": ("duration_ms", "latency_ms"),
}

USAGE_OBJECTS = (
    "gen_ai.usage", "langfuse.observation.usage_details", "langfuse.observation.usage", "mlflow.chat.tokenUsage",
    "langsmith.usage_metadata", "gen_ai.usage_metadata", "ai.usage", "llm.usage", "usage", "gen_ai.response.usage",
    "braintrust.metrics", "ai.response.usage", "langwatch.metrics", "llm.token.counts",
)  # fmt: skip
"""Whole usage objects, as JSON or structured."""

COST_OBJECTS = (
    "langfuse.observation.cost_details", "mlflow.llm.cost", "gen_ai.usage.cost_details", "llm.cost_details",
    "hidden_params",
)  # fmt: skip

PARAMETER_OBJECTS = (
    "llm.invocation_parameters", "langfuse.observation.model.parameters", "langfuse.observation.model_parameters",
    "model_request_parameters", "gen_ai.request.parameters", "embedding.invocation_parameters",
    "braintrust.metadata", "mlflow.spanInputs",
)  # fmt: skip

USAGE_PREFIXES = (
    "gen_ai.usage.", "llm.token_count.", "llm.usage.", "ai.usage.", "gen_ai.cost.", "llm.cost.", "codex.usage.",
    "langfuse.observation.usage_details.", "langfuse.observation.cost_details.", "gen_ai.response.usage.",
    "gcp.gen_ai.usage.",
)  # fmt: skip
"""Where a name begins so, it is about tokens or money: what nothing reads is counted."""

TOKEN_PREFIXES = ("gen_ai.", "llm.", "ai.", "usage.", "prompt_tokens_details.", "completion_tokens_details.")
"""Where a name begins so and speaks of tokens, it is read if it is understood; it may be no usage too."""

CONTENT_PREFIXES = (
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions",
    "gen_ai.prompt", "gen_ai.completion", "llm.input_messages.", "llm.output_messages.", "ai.prompt",
    "ai.response.text",
    "ai.response.toolCalls",
)  # fmt: skip

TAGS: Mapping[str, tuple[str, ...]] = {
    "vercel": ("ai.usage.", "ai.model."),
    "vercel_parts": ("ai.usage.inputTokenDetails.",),
    "langfuse_usage": ("langfuse.observation.usage",),
    "openrouter": ("openrouter.", "trace.metadata.openrouter."),
    "pydantic": ("gen_ai.usage.details.", "operation.cost", "logfire."),
    "otel_usage": ("gen_ai.usage.input_tokens",),
    "reasoning_apart": ("gen_ai.usage.experimental.reasoning_tokens", "gcp.gen_ai.usage.thoughts_token_count"),
}
"""Producers that the beginnings of keys show."""
