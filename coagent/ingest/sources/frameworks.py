"""Spans of frameworks, servers and gateways."""

from coagent.ingest.sources.otlp import CHAT, COLLECTOR, OTLP, USAGE
from coagent.ingest.sources.source import Source, span

FRAMEWORKS = (
    Source(
        name="Vercel AI SDK spans",
        formats=OTLP,
        feed=f"`experimental_telemetry` of the SDK. {COLLECTOR}",
        reads="The spans of single calls (`doGenerate`, `doStream`, `doEmbed`): `ai.model.*`, `ai.usage.*` with cached "
        "tokens, `ai.response.msToFirstChunk`.",
        leaves="The outer spans (`ai.generateText`, `ai.streamText`) hold the same call once more and are skipped.",
        sample=span(
            {
                "ai.operationId": "ai.streamText.doStream",
                "ai.model.id": "gpt-4o",
                "ai.model.provider": "openai.chat",
                "gen_ai.system": "openai.chat",
                "gen_ai.request.model": "gpt-4o",
                **USAGE,
                "ai.usage.cachedInputTokens": 800,
                "ai.response.msToFirstChunk": 420.5,
            },
            name="ai.streamText.doStream",
            scope="ai",
        ),
        gives={
            "provider": "openai",
            "input_tokens": 1000,
            "cached_input_tokens": 800,
            "time_to_first_token_s": 0.4205,
            "stream": True,
        },
    ),
    Source(
        name="Spring AI observations",
        formats=OTLP,
        feed=f"Micrometer tracing with its OpenTelemetry bridge. {COLLECTOR}",
        reads="The GenAI conventions; numbers and lists that are written as text are read as such.",
        leaves="The text `none` is unknown.",
        sample=span(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.system": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.temperature": "0.7",
                "gen_ai.usage.input_tokens": "1000",
                "gen_ai.usage.output_tokens": "100",
                "gen_ai.response.finish_reasons": '["STOP"]',
            }
        ),
        gives={"input_tokens": 1000, "output_tokens": 100, "temperature": 0.7, "finish_reason": "STOP"},
    ),
    Source(
        name="Pydantic AI and Logfire spans",
        formats=OTLP,
        feed=f"Pydantic AI's instrumentation. {COLLECTOR}",
        reads="The GenAI conventions, `gen_ai.usage.details.*` for cache reads, cache writes and reasoning, "
        "`operation.cost` as billed.",
        leaves="Agent runs and tools are no requests.",
        sample=span(
            {
                **CHAT,
                "gen_ai.system": "openai",
                "gen_ai.usage.details.cache_read_tokens": 800,
                "operation.cost": 0.0025,
            },
            scope="pydantic-ai",
        ),
        gives={"input_tokens": 1000, "cached_input_tokens": 800, "cost_usd": 0.0025},
    ),
    Source(
        name="Semantic Kernel spans",
        formats=OTLP,
        feed=f"Semantic Kernel's model diagnostics. {COLLECTOR}",
        reads="The GenAI conventions; operation `chat.completions`, usage as `gen_ai.response.prompt_tokens` and "
        "`gen_ai.response.completion_tokens`.",
        leaves="Functions and agents are no requests.",
        sample=span(
            {
                "gen_ai.operation.name": "chat.completions",
                "gen_ai.system": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.prompt_tokens": 1000,
                "gen_ai.response.completion_tokens": 100,
            }
        ),
        gives={"provider": "openai", "input_tokens": 1000, "output_tokens": 100},
    ),
    Source(
        name="vLLM spans",
        formats=OTLP,
        feed=f"`vllm serve --otlp-traces-endpoint`. {COLLECTOR}",
        reads="`llm_request` spans: the model from the response, usage, time to first token and whole time from "
        "`gen_ai.latency.*`.",
        leaves="They name no provider: it is `vllm`.",
        sample=span(
            {
                "gen_ai.response.model": "meta-llama/Llama-3.1-8B-Instruct",
                "gen_ai.request.id": "cmpl-1",
                "gen_ai.usage.prompt_tokens": 120,
                "gen_ai.usage.completion_tokens": 80,
                "gen_ai.latency.time_to_first_token": 0.045,
                "gen_ai.latency.e2e": 1.31,
            },
            name="llm_request",
            scope="vllm.llm_engine",
        ),
        gives={
            "provider": "vllm",
            "request_model": "meta-llama/Llama-3.1-8B-Instruct",
            "input_tokens": 120,
            "time_to_first_token_s": 0.045,
        },
    ),
    Source(
        name="OpenRouter Broadcast spans",
        formats=OTLP,
        feed=f"OpenRouter's Broadcast to an OTLP destination. {COLLECTOR}",
        reads="The GenAI conventions with numbers as text, `gen_ai.usage.input_tokens.cached`, "
        "`gen_ai.usage.output_tokens.reasoning`, `gen_ai.usage.total_cost` as billed.",
        leaves="Prompts and answers are measured, never kept.",
        sample=span(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "openai/gpt-4o",
                "gen_ai.usage.input_tokens": "1000",
                "gen_ai.usage.input_tokens.cached": "800",
                "gen_ai.usage.output_tokens": "100",
                "gen_ai.usage.output_tokens.reasoning": "10",
                "gen_ai.usage.total_cost": "0.0025",
            }
        ),
        gives={"input_tokens": 1000, "cached_input_tokens": 800, "reasoning_tokens": 10, "cost_usd": 0.0025},
    ),
)
