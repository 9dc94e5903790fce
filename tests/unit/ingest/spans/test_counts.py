"""How producers count, and who served."""

import json

import pytest

from .one_span import request_of

CLAUDE = {"gen_ai.operation.name": "chat", "gen_ai.system": "anthropic", "gen_ai.request.model": "claude-sonnet-4-5"}
VERCEL = {"ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "claude-sonnet-4-5"}
BY_VERCEL = VERCEL | {"ai.model.provider": "anthropic.messages", "ai.usage.outputTokens": 10}


def counted(attributes, **more):
    request = request_of(attributes, **more)
    return request.input_tokens, request.cached_input_tokens, request.cost_doubt


@pytest.mark.parametrize(
    "scope", ["pydantic-ai", "openrouter", "litellm", "opentelemetry.instrumentation.anthropic", ""]
)
def test_input_includes_its_cache_where_nothing_says_otherwise(scope):
    usage = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 10, "gen_ai.usage.cached_tokens": 300}
    assert counted(CLAUDE | usage, scope=scope) == (1000, 300, None)


@pytest.mark.parametrize(
    "scope", ["opentelemetry.instrumentation.anthropic", "openinference.instrumentation.anthropic", ""]
)
def test_input_without_its_cache_is_reported_by_the_counts(scope):
    usage = {"gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 10, "gen_ai.usage.cached_tokens": 300}
    assert counted(CLAUDE | usage, scope=scope) == (305, 300, None)


def test_vercel_s_fifth_version_left_anthropic_s_cache_out_and_the_sixth_does_not():
    fifth = {"ai.usage.inputTokens": 1000, "ai.usage.cachedInputTokens": 300}
    assert counted(BY_VERCEL | fifth, scope="ai") == (1300, 300, None)
    sixth = fifth | {"ai.usage.inputTokenDetails.cacheReadTokens": 300, "ai.usage.inputTokenDetails.noCacheTokens": 700}
    assert counted(BY_VERCEL | sixth, scope="ai") == (1000, 300, None)
    other = BY_VERCEL | {"ai.model.provider": "openai.responses", "ai.model.id": "gpt-4o"}
    assert counted(other | fifth, scope="ai") == (1000, 300, None)


def test_langfuse_s_own_names_are_parts_and_openai_s_are_wholes():
    def observation(usage):
        return {"langfuse.observation.type": "generation", "langfuse.observation.usage_details": json.dumps(usage)}

    model = {"langfuse.observation.model.name": "gpt-4o", "gen_ai.system": "openai"}
    parts = {"input": 700, "input_cached_tokens": 300, "output": 10}
    wholes = {"prompt_tokens": 1000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 300}}
    assert counted(model | observation(parts)) == (1000, 300, None)
    assert counted(model | observation(wholes)) == (1000, 300, None)


@pytest.mark.parametrize(
    ("marks", "provider"),
    [
        ({"scope": "vllm.llm_engine"}, "vllm"),
        ({"resource": {"service.name": "vllm-server"}}, "vllm"),
        ({"scope": "openrouter"}, "openrouter"),
    ],
)
def test_a_server_is_known_by_its_scope_or_its_service(marks, provider):
    model = {"gen_ai.response.model": "some/model", "gen_ai.usage.prompt_tokens": 12}
    assert request_of(model, name="llm_request", **marks).provider == provider
