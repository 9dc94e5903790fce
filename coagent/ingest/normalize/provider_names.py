"""What producers call a provider: real ones, frameworks and gateways that are none, and names of SDK parts."""

import re
from functools import lru_cache

_NO_PROVIDERS = frozenset([
    "_other", "other", "unknown", "none", "null", "undefined", "nan", "n/a", "default", "custom", "custom_openai",
    "custom_llm", "llm", "ai", "model", "chat", "proxy", "router", "auto", "fallback", "gateway", "ai-gateway",
    "ai_gateway", "vercel", "vercel-ai", "vercel_ai", "vercel_ai_gateway", "vercel-ai-gateway", "ai-sdk", "ai_sdk",
    "langchain", "langchain4j", "langgraph", "llamaindex", "llama_index", "llama-index", "litellm", "litellm_proxy",
    "litellm-proxy", "litellm_gateway", "spring-ai", "spring_ai", "spring.ai", "springai", "semantic-kernel",
    "semantic_kernel", "semantickernel", "autogen", "agent_framework", "microsoft.agent_framework",
    "microsoft.extensions.ai", "haystack", "crewai", "dspy", "smolagents", "pydantic-ai", "pydantic_ai",
    "pydanticai", "strands", "strands-agents", "strands_agents", "openai-agents", "openai_agents", "agno",
    "phidata", "instructor", "guidance", "mastra", "genkit", "firebase-genkit", "portkey", "helicone", "kong",
    "envoy", "envoy-ai-gateway", "agentgateway", "cloudflare-ai-gateway", "traceloop", "openllmetry",
    "openinference", "openlit", "langfuse", "langsmith", "langwatch", "opentelemetry", "openai-compatible",
    "openai_compatible", "openai_like", "openai-like", "n8n", "dify", "flowise", "google_adk", "google-adk",
    "gcp.vertex.agent", "bifrost",
])  # fmt: skip
_PARTS = re.compile(
    r"[./-](?:chat|responses?|completions?|messages|embeddings?|generative-ai|image|images|speech|transcription|"
    r"text|text-embedding|realtime|assistants|agents|language-model|languagemodel)$"
)
"""What follows a provider's name where an SDK names its part: `openai.responses`, `google.generative-ai`."""

_ALIASES = {
    "amazon-bedrock": "aws.bedrock",
    "bedrock.anthropic": "aws.bedrock",
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "azure-openai": "azure",
    "azurechatopenai": "azure",
    "chatopenai": "openai",
    "chatanthropic": "anthropic",
    "google.vertex": "gcp.vertex_ai",
    "google.vertex.anthropic": "gcp.vertex_ai",
    "vertex.anthropic": "gcp.vertex_ai",
    "text-completion-openai": "openai",
}


@lru_cache(4096)
def plain_name(written: str) -> str | None:
    """The provider's name as written, without what an SDK adds; None for what is no provider.

    >>> plain_name("OpenAI"), plain_name("openai.chat"), plain_name("langchain")
    ('OpenAI', 'openai', None)
    """
    name = written.strip()
    folded = name.lower()
    if folded in _ALIASES:
        return _ALIASES[folded]
    if not folded or folded in _NO_PROVIDERS:
        return None
    shorter = _PARTS.sub("", folded)
    return name if shorter == folded else plain_name(shorter)
