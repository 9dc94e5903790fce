"""What a usage attribute counts, read from the words of its name: for spellings that no table lists.

`gen_ai.usage.prompt_tokens_details.cached_tokens` and `ai.usage.inputTokenDetails.cacheReadTokens` say the same words.
"""

import re
from collections.abc import Set as AbstractSet

IRRELEVANT = "-"
"""A total, a rate, or a part of a count that has no price of its own."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[hm]?")
_NOISE = frozenset({
    "gen", "ai", "llm", "usage", "token", "tokens", "count", "counts", "details", "detail", "num", "number", "of", "n",
    "observation", "langfuse", "content", "response", "metadata", "codex", "chat", "the", "s", "value", "experimental",
    "openai", "anthropic", "google", "gemini", "gcp", "bedrock", "azure", "aws", "mistral", "groq",
})  # fmt: skip
_INPUT = frozenset({"input", "inputs", "prompt", "prompts"})
_OUTPUT = frozenset(
    {"output", "outputs", "completion", "completions", "candidate", "candidates", "generated", "generation"}
)
_CACHE = frozenset({"cache", "cached", "caching"})
_READ = frozenset({"read", "reads", "hit", "hits"})
_WRITE = frozenset({"write", "writes", "written", "creation", "create", "created", "ephemeral", "store", "stored"})
_MISSED = frozenset({"miss", "misses", "missed", "uncached", "noncached", "no", "non", "without"})
_REASONING = frozenset({"reasoning", "thinking", "thought", "thoughts", "reason"})
_AUDIO = frozenset({"audio", "speech"})
_SEEN = frozenset({"image", "images", "video", "document", "documents"})
_FIVE_MINUTES, _ONE_HOUR = frozenset({"5m", "5min", "5"}), frozenset({"1h", "1hour", "1"})
_LIFETIME = _FIVE_MINUTES | _ONE_HOUR | {"hour", "minutes", "min", "ttl"}
_WHOLE = frozenset({"total", "all", "sum", "overall"})
_MONEY = frozenset({"cost", "costs", "usd", "price", "spend", "billed", "charge"})
_BESIDE = frozenset({
    "rate", "ratio", "percent", "percentage", "pct", "share", "per", "second", "seconds", "speed", "throughput",
    "limit",
    "text", "modality", "prediction", "accepted", "rejected", "requests",
    "sequences",
    "characters", "chars", "duration", "time", "tier", "unit", "currency", "model", "id", "context", "window", "max",
    "start", "end", "instruction", "instructions",
    "estimated", "savings", "discount", "upstream", "byok", "source", "provider", "type", "inference", "geo",
})  # fmt: skip

_SEARCHES = frozenset({"web", "search", "searches", "grounding"})
"""Paid by the search, whatever else the name says."""


def usage_field(name: str) -> str | None:
    """The field of `Reading`, IRRELEVANT, or None where the name has words that are not understood.

    >>> usage_field("gen_ai.usage.prompt_token_details.cached_tokens")
    'cached_input_tokens'
    >>> usage_field("gen_ai.usage.cache_creation.ephemeral_1h_input_tokens")
    'cache_write_1h_tokens'
    >>> usage_field("gen_ai.usage.output_tokens_per_second")
    '-'
    >>> usage_field("gen_ai.usage.grounding_calls")
    """
    words = frozenset(word.lower() for word in _WORD.findall(name)) - _NOISE
    if words & _BESIDE:
        return None if words & _SEARCHES else IRRELEVANT
    if words & _MONEY:
        return "cost_usd" if words <= _MONEY | _WHOLE else IRRELEVANT
    if words & _CACHE or words & (_MISSED | _WRITE):
        return _cache(words)
    if words & _REASONING:
        return "reasoning_tokens" if words <= _REASONING | _OUTPUT else None
    if words & _AUDIO:
        return _audio(words - _AUDIO)
    return _plain(words)


def _cache(words: AbstractSet[str]) -> str | None:
    if words & (_AUDIO | _OUTPUT):
        return IRRELEVANT
    if words & _MISSED:
        return "uncached_input_tokens" if words <= _MISSED | _CACHE | _INPUT else None
    if words & _WRITE or words & _LIFETIME:
        return _written(words) if words <= _WRITE | _CACHE | _INPUT | _LIFETIME else None
    return "cached_input_tokens" if words <= _CACHE | _READ | _INPUT else None


def _written(words: AbstractSet[str]) -> str:
    if words & _ONE_HOUR:
        return "cache_write_1h_tokens"
    return "cache_write_5m_tokens" if words & _FIVE_MINUTES else "cache_write_tokens"


def _audio(words: AbstractSet[str]) -> str | None:
    if words and words <= _INPUT:
        return "input_audio_tokens"
    if words and words <= _OUTPUT:
        return "output_audio_tokens"
    return IRRELEVANT if not words or words <= _WHOLE else None


def _plain(words: AbstractSet[str]) -> str | None:
    if words <= _WHOLE:
        return "total_tokens"
    if words & _SEEN:
        return IRRELEVANT if words <= _SEEN | _INPUT else None  # as input they cost what text costs
    if words - _WHOLE <= _INPUT:
        return "input_tokens"
    return "output_tokens" if words - _WHOLE <= _OUTPUT else None
