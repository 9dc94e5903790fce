"""Token counts of exports, whose keys follow whatever library filled them in: one table of names."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_NAMES = {
    "input_tokens": "input input_tokens prompt_tokens prompt input_usage prompt_token_count",
    "output_tokens": "output output_tokens completion_tokens completion output_usage candidates_token_count",
    "total_tokens": "total total_tokens total_usage total_token_count tokens",
    "cached_input_tokens": (
        "input_cached_tokens input_cached input_cache_read input_cache_read_tokens cache_read cache_read_tokens "
        "cache_read_input_tokens cached_tokens cached_input_tokens prompt_cached_tokens prompt_cache_hit_tokens "
        "prompt_cache_read_tokens cached_content_token_count input_cache_read_input_tokens "
        "cache_read_input_token_count input_cached_content_token_count input_priority_cache_read "
        "input_flex_cache_read"
    ),
    "cache_write_tokens": (
        "input_cache_creation input_cache_creation_tokens input_cache_creation_input_tokens cache_creation "
        "cache_creation_tokens cache_creation_input_tokens cache_write_tokens cache_write_input_tokens "
        "input_cache_write input_cache_write_tokens cache_write prompt_cache_creation_tokens "
        "prompt_cache_write_tokens cache_write_input_token_count"
    ),
    "cache_write_5m_tokens": (
        "ephemeral_5m_input_tokens input_ephemeral_5m_input_tokens input_cache_creation_5m cache_creation_5m "
        "cache_write_5m_tokens prompt_cache_creation_5m_tokens prompt_cache_write_5m"
    ),
    "cache_write_1h_tokens": (
        "ephemeral_1h_input_tokens input_ephemeral_1h_input_tokens input_cache_creation_1h cache_creation_1h "
        "cache_write_1h_tokens prompt_cache_creation_1h_tokens prompt_cache_write_1h"
    ),
    "reasoning_tokens": (
        "output_reasoning output_reasoning_tokens reasoning reasoning_tokens thoughts_token_count thoughts_tokens "
        "completion_reasoning_tokens output_reasoning_output_tokens output_thinking_tokens thinking_tokens "
        "output_priority_reasoning output_flex_reasoning"
    ),
    "input_audio_tokens": "input_audio input_audio_tokens prompt_audio_tokens audio_input_tokens",
    "output_audio_tokens": "output_audio output_audio_tokens completion_audio_tokens audio_output_tokens",
}
"""Snake case; the details of the input begin with `input_`, those of the output with `output_`."""

FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
"""Name to field; `usage_words` reads each of them alike."""

_HARMLESS = frozenset([
    "accepted_prediction_tokens", "completion_accepted_prediction_tokens", "completion_rejected_prediction_tokens",
    "input_cached_tokens_details", "input_flex", "input_image", "input_image_tokens", "input_modality_1",
    "input_modality_text", "input_priority", "input_text", "input_text_tokens", "input_video_tokens", "num_turns",
    "output_accepted_prediction_tokens", "output_flex", "output_modality_1", "output_modality_text",
    "output_priority", "output_rejected_prediction_tokens", "output_text", "output_text_tokens",
    "prompt_cache_miss_tokens", "rejected_prediction_tokens", "requests",
])  # fmt: skip
"""Parts of other counts that cost what the others of their direction do, or no tokens."""

_DIRECTIONS = {
    f"{word}_{unit}_details": f"{direction}_"
    for direction, words in (("input", ("input", "prompt")), ("output", ("output", "completion")))
    for word in words
    for unit in ("token", "tokens")
}
"""Objects of details, to what their keys begin with here."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_BY_LIFETIME = frozenset({"cache_write_5m_tokens", "cache_write_1h_tokens"})
_DEPTH, _MAX_UNREAD = 3, 8
_PARTS_OF_CACHED = "cached_tokens_details"
"""Of OpenAI's realtime usage: which of the cached tokens were text and audio."""


class Usage(NamedTuple):
    """Canonical counts as written, with `total_tokens` and `cache_write_5m_tokens`; `unread` are keys nobody reads."""

    fields: dict[str, Any]
    unread: tuple[str, ...]


def usage_of(found: Any) -> Usage:
    """Nested or flat, camel or snake case; the first key of a kind wins that says more than 0.

    >>> usage_of({"inputTokens": 5, "input_token_details": {"cache_read": 2}, "seconds": 3})
    Usage(fields={'input_tokens': 5, 'cached_input_tokens': 2}, unread=('usage.seconds',))
    """
    fields: dict[str, Any] = {}
    unread: list[str] = []
    for name, value in _flat(found, "", _DEPTH):
        field = FIELDS.get(name)
        if field:
            fields[field] = fields.get(field) or value
        elif name not in _HARMLESS and _counts(value) and _NAME.fullmatch(name):
            unread.append(f"usage.{name}")
    if not fields.get("cache_write_tokens") and (fields.keys() & _BY_LIFETIME):
        fields.pop("cache_write_tokens", None)  # LangChain writes 0 here where it says them by their lifetime
    return Usage(fields, tuple(sorted(unread)[:_MAX_UNREAD]))


def _flat(found: Any, prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(found, dict) or not depth:
        return
    for key, value in found.items():
        name = _HUMP.sub("_", key).lower().replace(".", "_") if isinstance(key, str) else ""
        if isinstance(value, dict):
            if name == _PARTS_OF_CACHED:
                continue
            yield from _flat(value, _DIRECTIONS.get(name, prefix), depth - 1)
        elif value is not None:
            yield (prefix + name if prefix and not name.startswith(prefix) else name), value


def _counts(value: Any) -> bool:
    """Whether it says something that may cost: a number but 0."""
    return type(value) in {int, float} and value != 0
