"""Usage, costs and parameters that came as whole objects, or under names that only their words explain."""

from collections.abc import Iterator
from typing import Any

from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.spans.costs import total_cost_of
from coagent.ingest.spans.span import Span
from coagent.ingest.spans.usage_words import IRRELEVANT, usage_field

MAX_LEAVES = 64
_PARAMETERS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "topP": "top_p",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "maxTokens": "max_tokens",
    "maxOutputTokens": "max_tokens",
    "seed": "seed",
    "model": "request_model",
    "model_name": "request_model",
    "provider": "provider",
    "stream": "stream",
    "service_tier": "service_tier",
}
_TTFT = ".time_to_first_token"
"""Braintrust has it among its metrics, in seconds."""

_DISJOINT = "langfuse."
"""Langfuse's costs are parts that do not overlap; without a total they add up to it."""


def add_usage(span: Span, fields: dict[str, Any]) -> tuple[str, ...]:
    """Adds what no better attribute said; returns the names that count something and are not understood."""
    unread: list[str] = []
    for key, place, field in span.plan.loose:
        _add(key, span.values[place], field, fields, unread)
    for key, place in span.plan.usage_objects:
        for path, value in _leaves(f"{key}.", as_object(span.values[place])):
            if path.endswith(_TTFT):
                _fill(fields, "time_to_first_token_s", value)
            else:
                _add(path, value, usage_field(path.removeprefix(key)), fields, unread)
    return tuple(unread)


def add_costs(span: Span, fields: dict[str, Any]) -> None:
    """The total of cost objects."""
    for place in span.plan.cost_objects:
        costs = as_object(span.values[place])
        if span.plan.keys[place].startswith(_DISJOINT) and "total" not in costs:
            parts = [number for number in map(number_of, costs.values()) if number is not None]
            _fill(fields, "cost_usd", sum(parts) if parts else None)
        else:
            _fill(fields, "cost_usd", total_cost_of(costs))


def add_parameters(span: Span, fields: dict[str, Any]) -> None:
    """Request parameters that stand in one object."""
    for place in span.plan.parameter_objects:
        for name, value in as_object(span.values[place]).items():
            if name in _PARAMETERS and isinstance(value, str | int | float):
                _fill(fields, _PARAMETERS[name], value)


def _add(name: str, value: Any, field: str | None, fields: dict[str, Any], unread: list[str]) -> None:
    if nested := as_object(value):
        for path, leaf in _leaves(f"{name}.", nested):
            _add(path, leaf, usage_field(path), fields, unread)
    elif number := number_of(value):
        if field is None:
            unread.append(name)
        elif field != IRRELEVANT:
            _fill(fields, field, value)
    elif number is not None and field not in {None, IRRELEVANT}:
        _fill(fields, str(field), value)


def _fill(fields: dict[str, Any], field: str, value: Any) -> None:
    if value is not None and fields.get(field) is None:
        fields[field] = value


def _leaves(prefix: str, found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Scalars by their path, at most MAX_LEAVES, two levels deep."""
    flat = [(f"{prefix}{key}", value) for key, value in found.items()]
    deep = [
        (f"{path}.{key}", value)
        for path, inner in flat
        if isinstance(inner, dict)
        for key, value in inner.items()
        if not isinstance(value, dict | list)
    ]
    yield from ([one for one in flat if not isinstance(one[1], dict | list)] + deep)[:MAX_LEAVES]
