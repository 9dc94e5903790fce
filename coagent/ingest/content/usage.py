"""Token counts in OpenAI's form, of Chat Completions and of Responses, with the names others give the same counts."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.objects import first, first_known, mapping

_PROMPT = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
_COMPLETION = ("completion_tokens_details", "output_tokens_details", "output_token_details")
_CACHED = ("prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "num_cached_tokens")


def usage_counts(usage: Any) -> dict[str, Any]:
    """Token counts of a `usage` object by the names of `Reading`; {} where it is none."""
    if not isinstance(usage, dict):
        return {}
    prompt, completion = mapping(first(usage, *_PROMPT)), mapping(first(usage, *_COMPLETION))
    return {
        "input_tokens": first(usage, "prompt_tokens", "input_tokens"),
        "output_tokens": first(usage, "completion_tokens", "output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "cached_input_tokens": first_known(first(prompt, "cached_tokens"), first(usage, *_CACHED)),
        **_written(usage, prompt),
        "reasoning_tokens": first_known(first(completion, "reasoning_tokens"), first(usage, "reasoning_tokens")),
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
    by_age = mapping(usage.get("cache_creation")) or mapping(prompt.get("cache_creation_token_details"))
    return {
        "cache_write_tokens": first_known(
            first(prompt, "cache_write_tokens", "cache_creation_tokens", "cached_creation_tokens"),
            first(usage, "cache_creation_input_tokens", "cache_write_tokens"),
        ),
        "cache_write_5m_tokens": first_known(
            by_age.get("ephemeral_5m_input_tokens"), usage.get("claude_cache_creation_5_m_tokens") or None
        ),
        "cache_write_1h_tokens": first_known(
            by_age.get("ephemeral_1h_input_tokens"), usage.get("claude_cache_creation_1_h_tokens") or None
        ),
    }
