"""Whose server a host is."""

import re
from functools import lru_cache
from ipaddress import ip_address

_HOSTS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "aiplatform.googleapis.com": "gcp.vertex_ai",
    "openrouter.ai": "openrouter",
    "api.deepseek.com": "deepseek",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral_ai",
    "codestral.mistral.ai": "mistral_ai",
    "api.together.xyz": "together_ai",
    "api.together.ai": "together_ai",
    "api.fireworks.ai": "fireworks_ai",
    "api.x.ai": "x_ai",
    "api.perplexity.ai": "perplexity",
    "api.cohere.com": "cohere",
    "api.cohere.ai": "cohere",
    "api.cerebras.ai": "cerebras",
    "api.sambanova.ai": "sambanova",
    "api.deepinfra.com": "deepinfra",
    "api.novita.ai": "novita",
    "api.hyperbolic.xyz": "hyperbolic",
    "api.studio.nebius.ai": "nebius",
    "api.studio.nebius.com": "nebius",
    "api.tokenfactory.nebius.com": "nebius",
    "api.moonshot.ai": "moonshot",
    "api.moonshot.cn": "moonshot",
    "api.z.ai": "zai",
    "open.bigmodel.cn": "zhipuai",
    "api.minimax.io": "minimax",
    "api.minimax.chat": "minimax",
    "api.minimaxi.com": "minimax",
    "dashscope.aliyuncs.com": "dashscope",
    "dashscope-intl.aliyuncs.com": "dashscope",
    "dashscope-us.aliyuncs.com": "dashscope",
    "api.siliconflow.cn": "siliconflow",
    "api.siliconflow.com": "siliconflow",
    "integrate.api.nvidia.com": "nvidia_nim",
    "router.huggingface.co": "huggingface",
    "api-inference.huggingface.co": "huggingface",
    "api.replicate.com": "replicate",
    "inference.baseten.co": "baseten",
    "models.github.ai": "github",
    "models.inference.ai.azure.com": "github",
    "api.githubcopilot.com": "github_copilot",
    "api.ai21.com": "ai21",
    "api.voyageai.com": "voyage",
    "api.jina.ai": "jina_ai",
    "api.upstage.ai": "upstage",
    "api.writer.com": "writer",
    "api.inceptionlabs.ai": "inception",
    "api.lambda.ai": "lambda_ai",
    "api.reka.ai": "reka",
    "api.elevenlabs.io": "elevenlabs",
    "ollama.com": "ollama",
}
_DOMAINS = (
    (re.compile(r"(?:^|\.)api\.openai\.com$"), "openai"),
    (
        re.compile(r"\.(?:openai|cognitiveservices|services\.ai|inference\.ai|models\.ai)\.azure\.(?:com|us|cn)$"),
        "azure",
    ),
    (re.compile(r"^bedrock[a-z-]*\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$"), "aws.bedrock"),
    (re.compile(r"\.bedrock-runtime\.[a-z0-9-]+\.vpce\.amazonaws\.com$"), "aws.bedrock"),
    (re.compile(r"^runtime\.sagemaker[a-z-]*\.[a-z0-9-]+\.amazonaws\.com$"), "aws.sagemaker"),
    (re.compile(r"(?:^|[.-])aiplatform(?:\.[a-z0-9-]+\.rep)?\.googleapis\.com$"), "gcp.vertex_ai"),
    (re.compile(r"\.ml\.cloud\.ibm\.com$"), "ibm.watsonx.ai"),
    (re.compile(r"\.(?:cloud\.databricks\.com|azuredatabricks\.net|gcp\.databricks\.com)$"), "databricks"),
    (re.compile(r"\.endpoints\.huggingface\.cloud$"), "huggingface"),
    (re.compile(r"^ark\.[a-z0-9-]+\.(?:volces|bytepluses)\.com$"), "volcengine"),
    (re.compile(r"^hunyuan\.[a-z0-9.-]*tencent[a-z]*\.com$"), "tencent"),
    (re.compile(r"\.api\.baseten\.co$"), "baseten"),
    (re.compile(r"\.modal\.(?:run|direct)$"), "modal"),
    (re.compile(r"\.snowflakecomputing\.com$"), "snowflake"),
    (re.compile(r"\.aliyuncs\.com$"), "dashscope"),
    (re.compile(r"^inference\.generativeai\.[a-z0-9-]+\.oci\.oraclecloud\.com$"), "oci"),
)
_GATEWAYS = re.compile(
    r"(?:^|\.)(?:gateway\.ai\.cloudflare\.com|ai-gateway\.vercel\.sh|portkey\.ai|helicone\.ai|hconeai\.com|"
    r"braintrust\.dev|braintrustproxy\.com|langfuse\.com|langdb\.ai|gateway\.pydantic\.dev|requesty\.ai|"
    r"llmgateway\.io|keywordsai\.co|respan\.ai|truefoundry\.(?:com|cloud)|litellm\.ai)$"
)
"""They pass requests on to whom the model names."""

_PORTS = {11434: "ollama", 1234: "lm_studio"}
_PRIVATE = re.compile(
    r"^(?:localhost|host\.docker\.internal|[^.]+)$|\.(?:local|localhost|internal|lan|home|corp|intra|svc|cluster|test)$"
)


@lru_cache(4096)
def provider_of_host(endpoint: str) -> str | None:
    """The provider whose server that is; None where the host is unknown, private or a gateway's.

    >>> provider_of_host("eu.api.openai.com"), provider_of_host("localhost:11434"), provider_of_host("llm.example.com")
    ('openai', 'ollama', None)
    """
    host, port = _parts(endpoint)
    known = _HOSTS.get(host)
    if known or _GATEWAYS.search(host):
        return known
    found = next((provider for domain, provider in _DOMAINS if domain.search(host)), None)
    return found or (_PORTS.get(port) if is_private(host) else None)


@lru_cache(4096)
def is_public_server(endpoint: str) -> bool:
    """Whether it is somebody's server on the internet, and no gateway's: then its own name says who serves."""
    host, _ = _parts(endpoint)
    return not is_private(host) and not _GATEWAYS.search(host)


def is_private(host: str) -> bool:
    """Loopback, private networks, names without a public domain."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return bool(_PRIVATE.search(host))


def _parts(endpoint: str) -> tuple[str, int]:
    host, colon, port = endpoint.lower().rpartition(":")
    return (host, int(port)) if colon and port.isdecimal() else (endpoint.lower(), 0)
