"""How producers write a model's name, and what of it the price table knows."""

import re
from collections.abc import Iterator

from coagent.domain.provider_names import PRICED, folded_name, is_gateway, priced_provider

_PLUMBING = frozenset([
    "chat", "converse", "converse_like", "global", "global_standard", "invoke", "models", "publishers",
    "responses",
])  # fmt: skip
"""Segments of a path that say how a model is called. Where it is called may change the price (`azure/eu/…`)."""

_MAX_SEGMENTS = 6
"""Before the model's name: `vertex_ai/publishers/google/models/…` has four."""

_REGION = re.compile(r"[a-z]{2}-[a-z]+-\d")
_FINE_TUNED = re.compile(r"^(?:[^/]+/)?ft:")


def priced_as(provider: str, model: str) -> tuple[str, str] | None:
    """Whose price table to ask for which name; None where nobody's.

    A gateway's model is its maker's. A model that LiteLLM addresses through a reseller (`openrouter/…`) is the
    reseller's.

    >>> priced_as("gateway", "anthropic/claude-sonnet-4.5")
    ('anthropic', 'claude-sonnet-4.5')
    >>> priced_as("vllm", "openai/gpt-oss-20b") is None
    True
    """
    known = priced_provider(provider)
    if known:
        return known, model
    maker, _, rest = model.partition("/")
    if is_gateway(provider) and rest and (made_by := priced_provider(maker)):
        return made_by, rest
    return None


def candidates(provider: str, model: str) -> Iterator[str]:
    """The name as it is, then without what stands before it: the provider's own names, paths, regions.

    >>> list(candidates("google", "publishers/google/models/gemini-2.5-pro"))[-1]
    'gemini-2.5-pro'
    >>> list(candidates("openai", "anthropic/claude-3-opus"))
    ['anthropic/claude-3-opus']
    """
    name = model.strip().lower()
    yield name
    if name.startswith("projects/") and "/publishers/" in name:
        name = f"publishers/{name.partition('/publishers/')[2]}"
    for _ in range(_MAX_SEGMENTS):
        first, slash, rest = name.partition("/")
        if not slash or not (_is_plumbing(provider, first) or _is_arn(provider, first)):
            return
        name = rest
        yield name


def is_fine_tuned(model: str) -> bool:
    """Whether it is a customer's own model, which is priced apart from what it was made from.

    >>> is_fine_tuned("openai/ft:gpt-4o-mini:org::id"), is_fine_tuned("gpt-4o-mini")
    (True, False)
    """
    return bool(_FINE_TUNED.match(model.lower())) or ".ft-" in model.lower()


def _is_plumbing(provider: str, segment: str) -> bool:
    plain = folded_name(segment)
    if plain in _PLUMBING or PRICED.get(plain) == provider:
        return True
    made_elsewhere = provider in {"azure", "google"} and PRICED.get(plain) in {"anthropic", "openai"}
    return made_elsewhere or (provider == "aws" and bool(_REGION.fullmatch(segment)))


def _is_arn(provider: str, segment: str) -> bool:
    return provider == "aws" and segment.startswith("arn:")
