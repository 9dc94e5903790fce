"""One table of how producers spell providers: what is priced, what passes requests on, what is no provider at all.

Names on the right are those of genai-prices, so that a price is found by them. Spellings: OpenTelemetry's well-known
values old and new, LiteLLM, LangChain, the Vercel AI SDK, OpenInference, OpenRouter's and Helicone's display names.
"""

import re

_SPELLINGS = {
    "anthropic": "anthropic anthropic_text claude",
    "aws": "aws aws_bedrock bedrock amazon amazon_bedrock bedrock_converse bedrock_chat bedrock_runtime amazonbedrock "
    "amazon_nova",
    "azure": "azure azure_openai azure_ai azure_text azure_ai_openai az_ai_openai azure_ai_inference az_ai_inference "
    "azureopenai azure_open_ai azure_ai_foundry microsoft_azure microsoft_foundry azure_cognitive_services",
    "cerebras": "cerebras",
    "cloudflare": "cloudflare workers_ai cloudflare_workers_ai workersai",
    "cohere": "cohere cohere_chat cohere_ai",
    "databricks": "databricks",
    "deepseek": "deepseek deep_seek",
    "elevenlabs": "elevenlabs eleven_labs",
    "fireworks": "fireworks fireworks_ai fireworksai",
    "github-copilot": "github_copilot copilot",
    "google": "google gemini gcp gcp_gemini gcp_vertex_ai gcp_gen_ai vertex vertex_ai vertexai vertex_ai_beta "
    "google_ai google_ai_studio google_vertex google_vertex_ai google_vertexai google_genai google_gen_ai "
    "google_gemini google_generative_ai google_generativeai gemini_api google_vertex_anthropic vertex_anthropic "
    "googleai palm",
    "groq": "groq",
    "minimax": "minimax",
    "mistral": "mistral mistral_ai mistralai codestral text_completion_codestral",
    "moonshotai": "moonshot moonshotai moonshot_ai kimi",
    "novita": "novita novita_ai novitaai",
    "openai": "openai open_ai text_completion_openai openai_responses openai_chat openai_api chatgpt",
    "openrouter": "openrouter open_router",
    "perplexity": "perplexity perplexity_ai perplexityai",
    "together": "together together_ai togetherai",
    "voyageai": "voyage voyageai voyage_ai",
    "x-ai": "x_ai xai grok x",
    "zai": "zai z_ai",
    "zhipuai": "zhipu zhipuai zhipu_ai",
}

PRICED = {spelling: provider for provider, spellings in _SPELLINGS.items() for spelling in spellings.split()}
"""Spelling, as `folded_name` makes it, to the provider."""

GATEWAYS = frozenset([
    "agentgateway", "ai_gateway", "bifrost", "cloudflare_ai_gateway", "envoy", "envoy_ai_gateway", "gateway",
    "helicone", "helicone_gateway", "kong", "langdb", "litellm", "litellm_gateway", "litellm_proxy", "martian",
    "portkey", "pydantic_ai_gateway", "requesty", "tensorzero", "truefoundry", "unify", "vercel", "vercel_ai",
    "vercel_ai_gateway", "vercel_gateway",
])  # fmt: skip
"""What passes requests on at the maker's price; it names the models as `maker/model`."""

FRAMEWORKS = frozenset([
    "agent_framework", "agno", "ai_sdk", "autogen", "crewai", "dify", "dspy", "firebase_genkit", "flowise",
    "gcp_vertex_agent", "genkit", "google_adk", "guidance", "haystack", "instructor", "langchain", "langchain4j",
    "langfuse", "langgraph", "langsmith", "langwatch", "llama_index", "llamaindex", "mastra",
    "microsoft_agent_framework", "microsoft_extensions_ai", "n8n", "openai_agents", "openinference", "openlit",
    "openllmetry", "opentelemetry", "phidata", "pydantic_ai", "pydanticai", "semantic_kernel", "semantickernel",
    "smolagents", "spring_ai", "springai", "strands", "strands_agents", "traceloop",
])  # fmt: skip
"""What applications and their instrumentation are made with: it serves no model."""

PLACEHOLDERS = frozenset([
    "ai", "auto", "chat", "custom", "custom_llm", "custom_openai", "default", "fallback", "llm", "model", "n_a",
    "nan", "none", "null", "openai_compatible", "openai_like", "other", "proxy", "router", "undefined", "unknown",
])  # fmt: skip
"""Words that stand where a provider's name would, and name none."""

NO_PROVIDERS = GATEWAYS | FRAMEWORKS | PLACEHOLDERS

_NOT_WHAT_IT_SAYS = frozenset([
    "compatible", "custom", "fake", "hosted", "huggingface", "like", "local", "mock", "private", "proxy", "self",
    "selfhosted", "test",
])  # fmt: skip
"""Words in a name by which it is no provider, though it holds one's name (`openai_like`)."""

_WORDS = (
    "azure",
    "bedrock",
    "vertex",
    "gemini",
    "google",
    "anthropic",
    "openai",
    "mistral",
    "groq",
    "cohere",
    "deepseek",
)
"""Words that name a provider inside a longer name; the first that is found counts (`azure` before `openai`)."""

APIS = frozenset([
    "agents", "assistants", "chat", "completion", "completions", "embedding", "embeddings", "generative_ai",
    "image", "images", "language_model", "languagemodel", "messages", "realtime", "response", "responses",
    "speech", "text", "text_embedding", "transcription",
])  # fmt: skip
"""What SDKs add to a provider's name where they name their part, as `openai.responses` and `google.generative-ai`."""

_PARTS = APIS | {"anthropic", "vertex"}
"""What the Vercel AI SDK adds after a dot. Other names with dots are hosts, maybe anybody's."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")


def folded_name(name: str) -> str:
    """Lower case, words joined by `_`.

    >>> folded_name("Azure OpenAI"), folded_name("aws.bedrock"), folded_name("x-ai")
    ('azure_openai', 'aws_bedrock', 'x_ai')
    """
    return _SEPARATORS.sub("_", name.lower()).strip("_")


def priced_provider(name: str) -> str | None:
    """The provider as the price table calls it; None where the name is of none, such as a gateway's or framework's.

    >>> priced_provider("openai.responses"), priced_provider("Google AI Studio"), priced_provider("openai-compatible")
    ('openai', 'google', None)
    """
    plain = folded_name(name)
    if plain in PRICED or plain in GATEWAYS:
        return PRICED.get(plain)
    first, *apis = map(folded_name, name.split("."))
    if not apis:
        return _by_word(plain)
    return PRICED.get(first) if _PARTS.issuperset(apis) else None


def is_gateway(name: str) -> bool:
    """Whether its models carry their maker's name and cost the maker's price."""
    return folded_name(name) in GATEWAYS


def _by_word(plain: str) -> str | None:
    words = plain.split("_")
    if not _NOT_WHAT_IT_SAYS.isdisjoint(words) or not GATEWAYS.isdisjoint(words):
        return None
    return next((PRICED[word] for word in _WORDS if word in words), None)
