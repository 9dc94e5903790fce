"""Rows of the activity that OpenRouter exports as a table, under the names of its generations.

Source: the header of its export: one generation a row, times in UTC without a zone, costs in US dollars;
`byok_usage_inference` is what the provider bills for a key of one's own.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of

_NAMES = {
    "id": "generation_id",
    "created_at": "created_at",
    "native_tokens_prompt": "tokens_prompt",
    "native_tokens_completion": "tokens_completion",
    "native_tokens_reasoning": "tokens_reasoning",
    "native_tokens_cached": "tokens_cached",
    "generation_time": "generation_time_ms",
    "latency": "time_to_first_token_ms",
    "provider_name": "provider_name",
    "finish_reason": "finish_reason_normalized",
}
_FLAGS = ("streamed", "cancelled")
_PLAIN = (None, "", "standard")


def is_activity(row: Mapping[str, Any]) -> bool:
    """Whether this is a row of one generation."""
    return "generation_id" in row and "model_permaslug" in row


def as_generation(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the words of a generation."""
    variant, paid = row.get("variant"), number_of(row.get("cost_total"))
    model = row.get("model_permaslug")
    return {
        **{name: row.get(other) for name, other in _NAMES.items()},
        **{name: str(row.get(name)).lower() == "true" for name in _FLAGS if name in row},
        "model": model if variant in _PLAIN else f"{model}:{variant}",
        "total_cost": None if paid is None else paid + (number_of(row.get("byok_usage_inference")) or 0.0),
    }
