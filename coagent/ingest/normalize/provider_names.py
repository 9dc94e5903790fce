"""The provider in what a producer writes: without the part of an SDK, and none for a framework or a gateway."""

import re
from functools import lru_cache

from coagent.domain.provider_names import APIS, NO_PROVIDERS, folded_name

_PARTS = re.compile(rf"[./-](?:{'|'.join(sorted(APIS)).replace('_', '-')})$")

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
def provider_named(written: str) -> str | None:
    """The provider's name as written, without what an SDK adds; None for what is no provider.

    >>> provider_named("OpenAI"), provider_named("openai.chat"), provider_named("langchain")
    ('OpenAI', 'openai', None)
    """
    name = written.strip()
    folded = name.lower()
    if folded in _ALIASES:
        return _ALIASES[folded]
    if not folded or folded_name(folded) in NO_PROVIDERS:
        return None
    shorter = _PARTS.sub("", folded)
    return name if shorter == folded else provider_named(shorter)
