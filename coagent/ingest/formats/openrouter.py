"""OpenRouter generations: what `GET /api/v1/generation` answers, {"data": {…}}, a list of them, or one alone; rows of
the activity that it exports.

Native counts are the model's own and what is billed; the others are made with one tokenizer for all models. Of
`latency` and `generation_time` (milliseconds) the longer is the duration; a shorter `latency` of a stream is the time
to its first token. `created_at` stands for the start. Source: OpenRouter's API reference.
"""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.bodies.lookalikes import refusal_of
from coagent.ingest.content.billed import with_upstream
from coagent.ingest.formats.openrouter_activity import as_generation, is_activity
from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.objects import first, mapping, mappings
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KEYS = frozenset({"native_tokens_prompt", "tokens_prompt", "total_cost", "generation_time"})
"""A generation has some of them."""


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a generation."""
    found = read_object(value)
    data = found.get("data", found)
    outcomes: list[Outcome] = []
    for index, row in enumerate(mappings(data) if isinstance(data, list) else [mapping(data)]):
        one = as_generation(row) if is_activity(row) else row
        if _KEYS.isdisjoint(one):
            raise refusal_of(found)
        outcomes += outcomes_of(_reading(one), options, index)
    return outcomes or [Skipped(reason="no_records")]


def _reading(found: Mapping[str, Any]) -> Reading:
    return Reading(
        fields={
            **_timings(found),
            **_counts(found),
            "request_id": found.get("id"),
            "time": found.get("created_at"),
            "provider": "openrouter",
            "request_model": found.get("model"),
            "operation": "text_completion" if found.get("api_type") == "completions" else "chat",
            "service_tier": found.get("service_tier"),
            "stream": found.get("streamed"),
            "finish_reason": found.get("finish_reason"),
            "attempt": len(mappings(found.get("provider_responses"))) or None,
            "conversation_id": found.get("session_id"),
            "cost_usd": _cost(found),
            **_outcome(found),
        },
        marks=("openrouter",),
        input_excludes_cache=False,
        output_excludes_reasoning=False,
        response_id=found.get("id"),
        attributes={"provider": str(found["provider_name"])} if found.get("provider_name") else {},
    )


def _counts(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "input_tokens": first(found, "native_tokens_prompt", "tokens_prompt"),
        "output_tokens": first(found, "native_tokens_completion", "tokens_completion"),
        "cached_input_tokens": found.get("native_tokens_cached"),
        "reasoning_tokens": found.get("native_tokens_reasoning"),
    }


def _timings(found: Mapping[str, Any]) -> dict[str, Any]:
    waited, made = seconds_of_ms(found.get("latency")), seconds_of_ms(found.get("generation_time"))
    first_s, whole_s = number_of(waited), number_of(made)
    if first_s is None or whole_s is None or first_s >= whole_s:
        return {"duration_s": made if waited is None else waited}
    return {"duration_s": made, "time_to_first_token_s": waited if found.get("streamed") is True else None}


def _cost(found: Mapping[str, Any]) -> Any:
    """US dollars; with a key of one's own, OpenRouter's fee and what the provider bills."""
    cost = first(found, "total_cost", "usage")
    return with_upstream(cost, found.get("upstream_inference_cost")) if found.get("is_byok") is True else cost


def _outcome(found: Mapping[str, Any]) -> dict[str, Any]:
    """A generation that its client cancelled was not answered."""
    if found.get("cancelled") is True:
        return {"status": "error", "error_type": "cancelled"}
    return {"status": "error" if found.get("finish_reason") == "error" else "ok"}
