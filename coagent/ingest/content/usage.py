"""Token counts in OpenAI's form, of Chat Completions and of Responses, with the names others give the same counts."""

from collections.abc import Mapping
from typing import Any

_PROMPT = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
_COMPLETION = ("completion_tokens_details", "output_tokens_details", "output_token_details")
_CACHED = ("prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "num_cached_tokens")


def usage_counts(usage: Any) -> dict[str, Any]:
    """Token counts of a `usage` object by the names of `Reading`; {} where it is none."""
    if not isinstance(usage, dict):
        return {}
    prompt, completion = _details(usage, _PROMPT), _details(usage, _COMPLETION)
    return {
        "input_tokens": _known(usage, "prompt_tokens", "input_tokens"),
        "output_tokens": _known(usage, "completion_tokens", "output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "cached_input_tokens": _either(_known(prompt, "cached_tokens"), _known(usage, *_CACHED)),
        **_written(usage, prompt),
        "reasoning_tokens": _either(_known(completion, "reasoning_tokens"), _known(usage, "reasoning_tokens")),
        "input_audio_tokens": prompt.get("audio_tokens"),
        "output_audio_tokens": completion.get("audio_tokens"),
    }


READ = frozenset({
    "prompt_tokens", "input_tokens", "completion_tokens", "output_tokens", "total_tokens", "reasoning_tokens",
    "cached_tokens", "audio_tokens", "cache_write_tokens", "cache_creation_tokens", "cached_creation_tokens",
    "cache_creation_input_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens", "prompt_cache_miss_tokens",
    "num_cached_tokens", "cache_creation", "cache_creation_token_details", "ephemeral_5m_input_tokens",
    "ephemeral_1h_input_tokens", "claude_cache_creation_5_m_tokens", "claude_cache_creation_1_h_tokens",
    "text_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens",
})  # fmt: skip
"""Keys of a `usage` and of its details that are read, or are parts of what is: predicted tokens are output tokens."""


def _written(usage: Mapping[str, Any], prompt: Mapping[str, Any]) -> dict[str, Any]:
    by_age = _details(usage, ("cache_creation",)) or _details(prompt, ("cache_creation_token_details",))
    return {
        "cache_write_tokens": _either(
            _known(prompt, "cache_write_tokens", "cache_creation_tokens", "cached_creation_tokens"),
            _known(usage, "cache_creation_input_tokens", "cache_write_tokens"),
        ),
        "cache_write_5m_tokens": _either(
            by_age.get("ephemeral_5m_input_tokens"), usage.get("claude_cache_creation_5_m_tokens") or None
        ),
        "cache_write_1h_tokens": _either(
            by_age.get("ephemeral_1h_input_tokens"), usage.get("claude_cache_creation_1_h_tokens") or None
        ),
    }


def _either(value: Any, other: Any) -> Any:
    return other if value is None else value


def _known(place: Mapping[str, Any], *names: str) -> Any:
    return next((place[name] for name in names if place.get(name) is not None), None)


def _details(usage: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    found = _known(usage, *names)
    return found if isinstance(found, dict) else {}
