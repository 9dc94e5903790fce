"""What a model's name says about who serves it: routes of gateways in front of it, forms of ids, well-known names."""

import re
from functools import lru_cache

_ROUTES = frozenset([
    "openai", "anthropic", "azure", "azure_ai", "bedrock", "sagemaker", "vertex_ai", "vertex_ai_beta", "gemini",
    "openrouter", "groq", "mistral", "codestral", "deepseek", "xai", "together_ai", "fireworks_ai", "perplexity",
    "cohere", "cohere_chat", "databricks", "watsonx", "ollama", "ollama_chat", "hosted_vllm", "vllm", "lm_studio",
    "huggingface", "replicate", "deepinfra", "nvidia_nim", "cerebras", "sambanova", "moonshot", "dashscope", "zai",
    "minimax", "github", "github_copilot", "cloudflare", "novita", "hyperbolic", "nebius", "voyage", "jina_ai",
    "snowflake", "volcengine", "oci", "ai21", "google", "google_genai", "google_vertexai", "google-vertex",
    "amazon", "aws", "aws_bedrock", "amazon-bedrock", "mistralai", "x-ai", "moonshotai", "z-ai", "togetherai",
    "together", "fireworks", "workers-ai", "azure-openai", "google-ai-studio", "google-vertex-ai", "aws-bedrock",
])  # fmt: skip
"""Prefixes by which LiteLLM, OpenRouter, Vercel's and Cloudflare's gateways and LangChain name who serves."""

_THROUGH = frozenset({"litellm_proxy", "litellm", "gateway", "vercel", "vercel_ai_gateway", "portkey", "custom_openai"})
_SPELLINGS = {
    "amazon": "aws.bedrock",
    "aws": "aws.bedrock",
    "aws-bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "azure-openai": "azure",
    "cohere_chat": "cohere",
    "google-ai-studio": "gcp.gemini",
    "google-vertex": "gcp.vertex_ai",
    "google-vertex-ai": "gcp.vertex_ai",
    "ollama_chat": "ollama",
    "togetherai": "together_ai",
    "together": "together_ai",
    "fireworks": "fireworks_ai",
    "vertex_ai_beta": "vertex_ai",
    "z-ai": "zai",
    "x-ai": "x_ai",
    "xai": "x_ai",
    "codestral": "mistral",
}
_MAKERS = frozenset([
    "openai", "anthropic", "google", "amazon", "mistral", "mistralai", "cohere", "deepseek", "x-ai", "moonshotai",
    "z-ai", "minimax",
])  # fmt: skip
_OPEN_WEIGHTS = re.compile(r"^(?:[A-Z]|gpt-oss|gemma|codegemma|medgemma|clip-|whisper-(?!1$)|flan-)")
"""What a maker publishes for all to serve, as `mistralai/Mistral-7B-v0.1`: its name does not say who serves it."""

_BEDROCK_PARTS = re.compile(r"^(?:(?:converse|converse_like|invoke|[a-z]{2}(?:-gov)?-[a-z]+-\d)/)+")
_AZURE_PARTS = re.compile(r"^(?:responses|chat|gpt5_series|o_series)/")

_FORMS = (
    (re.compile(r"^arn:aws[a-z-]*:bedrock:"), "aws.bedrock"),
    (
        re.compile(
            r"^(?:(?:us|eu|apac|global|us-gov|jp|au|ca|sa)\.)?"
            r"(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|stability|qwen|openai|writer|twelvelabs|luma|"
            r"minimax|moonshot|nvidia|google)\.[a-z][\w.-]*(?::\d+)?(?::\d+k)?$"
        ),
        "aws.bedrock",
    ),
    (re.compile(r"^(?:projects/[^/]+/locations/[^/]+/)?publishers/[^/]+/models/"), "gcp.vertex_ai"),
    (re.compile(r"^claude-[\w.-]+@\d{8}$"), "gcp.vertex_ai"),
    (re.compile(r"^models/(?:gemini|embedding|text-embedding|imagen|aqa)"), "gcp.gemini"),
    (re.compile(r"^accounts/[^/]+/(?:models|routers|deployments)/"), "fireworks_ai"),
    (re.compile(r"^@cf/"), "cloudflare"),
)
"""Forms of ids that one provider alone uses."""

_OPENAI = re.compile(
    r"^(?:ft:)?(?:gpt-(?!oss|j|neo|2)[\w.-]*|chatgpt[\w.-]*|o[134](?:-[\w.-]+)?|computer-use-preview[\w.-]*|"
    r"codex-mini[\w.-]*|text-embedding-(?:3-(?:small|large)|ada-002)|text-(?:davinci|curie|babbage|ada)-\d+|"
    r"(?:davinci|babbage)-002|dall-e-[23]|whisper-1|tts-1[\w.-]*|omni-moderation[\w.-]*|sora-2[\w.-]*)(?::[\w.:-]*)?$"
)
_NAMES = (
    (_OPENAI, "openai"),
    (re.compile(r"^claude-[\w.-]+$"), "anthropic"),
    (re.compile(r"^(?:gemini-[\w.-]+|gemini-embedding[\w.-]*)$"), "gcp.gemini"),
    (re.compile(r"^grok-[\w.-]+$"), "x_ai"),
    (re.compile(r"^deepseek-(?:chat|reasoner)$"), "deepseek"),
    (re.compile(r"^sonar(?:-[\w.-]+)?$"), "perplexity"),
    (re.compile(r"^(?:command-(?:r|a|light|nightly)[\w.-]*|embed-(?:english|multilingual|v4)[\w.-]*)$"), "cohere"),
    (re.compile(r"^(?:mistral-(?:tiny|small|medium|large)|codestral|magistral-\w+)-(?:latest|\d{4})$"), "mistral_ai"),
    (re.compile(r"^voyage-[\w.-]+$"), "voyage"),
)
"""Names that one maker alone has, and that it serves itself."""


@lru_cache(4096)
def route_of(model: str) -> tuple[str, str] | None:
    """Provider and model where the name carries a gateway's route or has a provider's own form; None elsewhere.

    >>> route_of("anthropic/claude-sonnet-4.5"), route_of("us.anthropic.claude-sonnet-4-5-20250929-v1:0")[0]
    (('anthropic', 'claude-sonnet-4.5'), 'aws.bedrock')
    """
    for form, provider in _FORMS:
        if form.search(model):
            return provider, model
    prefix, slash, rest = model.partition("/")
    folded = prefix.lower()
    if not slash or not rest:
        return None
    if folded in _THROUGH:
        return route_of(rest)
    if folded not in _ROUTES or (folded in _MAKERS and _OPEN_WEIGHTS.search(rest)):
        return None
    return _SPELLINGS.get(folded, folded), _without_parts(rest)


def without_gateway(model: str) -> str:
    """Without the prefix by which a client addresses a gateway.

    >>> without_gateway("litellm_proxy/gpt-4o"), without_gateway("azure/gpt-4o")
    ('gpt-4o', 'azure/gpt-4o')
    """
    prefix, slash, rest = model.partition("/")
    return rest if slash and rest and prefix.lower() in _THROUGH else model


def _without_parts(model: str) -> str:
    return _AZURE_PARTS.sub("", _BEDROCK_PARTS.sub("", model))


def is_openais_own(model: str) -> bool:
    """Whether OpenAI's model has that name: others can at most pass requests on to it."""
    return bool(_OPENAI.match(model))


@lru_cache(4096)
def maker_of(model: str) -> str | None:
    """The provider of a well-known name; None where several serve it.

    >>> maker_of("claude-sonnet-4-5"), maker_of("llama-3.3-70b")
    ('anthropic', None)
    """
    return next((provider for name, provider in _NAMES if name.match(model)), None)
