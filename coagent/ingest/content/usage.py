"""Token counts in OpenAI's form, with the names that Anthropic's numbers travel under."""

from collections.abc import Mapping
from typing import Any


def usage_fields(usage: Any) -> dict[str, Any]:
    """Canonical token counts of a `usage` object; {} where it is none."""
    if not isinstance(usage, dict):
        return {}
    prompt, completion = _details(usage, "prompt_tokens_details"), _details(usage, "completion_tokens_details")
    cached, written = prompt.get("cached_tokens"), _known(prompt, "cache_write_tokens", "cache_creation_tokens")
    return {
        "input_tokens": usage.get("prompt_tokens"),
        "output_tokens": usage.get("completion_tokens"),
        "cached_input_tokens": usage.get("cache_read_input_tokens") if cached is None else cached,
        "cache_write_tokens": usage.get("cache_creation_input_tokens") if written is None else written,
        "reasoning_tokens": completion.get("reasoning_tokens"),
    }


def _known(details: Mapping[str, Any], *names: str) -> Any:
    return next((details[name] for name in names if details.get(name) is not None), None)


def _details(usage: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = usage.get(name)
    return found if isinstance(found, dict) else {}
