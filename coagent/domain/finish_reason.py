"""What finish reasons mean, whichever API spells them.

Sources: the API references of OpenAI (chat, responses), Azure OpenAI, Anthropic, Gemini and Vertex AI, Bedrock
(Converse and the models' own), Cohere, Mistral, xAI, watsonx.ai, Hugging Face TGI, llama.cpp, and the Vercel AI SDK.
"""

import re
from functools import lru_cache

TRUNCATED = frozenset([
    "length", "limit", "max_tokens", "max_token", "max_output_tokens", "max_new_tokens", "max_len", "max_length",
    "max_context", "model_length", "token_limit", "token_limit_reached", "error_limit", "context_length",
    "context_length_exceeded", "model_context_window_exceeded",
])  # fmt: skip
"""Cut at a limit of length: asked for, or of the model's context."""
FILTERED = frozenset([
    "content_filter", "content_filtered", "content_filter_stop", "safety", "refusal", "refused", "prohibited_content",
    "blocklist", "spii", "recitation", "image_safety", "image_prohibited_content", "image_recitation", "model_armor",
    "guardrail_intervened", "guardrails", "error_toxic", "moderation", "blocked",
])  # fmt: skip
"""Withheld or cut by a filter, a guardrail or the model itself."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_QUALIFIER = re.compile(r"^.*[:.]\s*|^(?:finish_|stop_)?reason_")


def is_truncated(reason: str) -> bool:
    """Whether the answer was cut at a limit of length.

    >>> [is_truncated(reason) for reason in ("length", "MAX_TOKENS", "incomplete: max_output_tokens", "stop")]
    [True, True, True, False]
    """
    return _plain(reason) in TRUNCATED


def is_filtered(reason: str) -> bool:
    """Whether the answer was withheld or cut for its content.

    >>> [is_filtered(reason) for reason in ("content-filter", "SAFETY", "guardrail_intervened", "stop")]
    [True, True, True, False]
    """
    return _plain(reason) in FILTERED


@lru_cache(1024)
def _plain(reason: str) -> str:
    """In lower case, words joined by underscores, without the name of an enumeration or of a status before it."""
    words = _WORDS.sub("_", reason.strip()).lower().replace("-", "_").replace(" ", "_")
    return _QUALIFIER.sub("", words).strip("_")
