"""What events on a span say of the request where its attributes do not: the convention's details, and choices."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.spans.plan import plan_of
from coagent.ingest.spans.span import Span

INFERENCE = "gen_ai.client.inference.operation.details"
_CHOICE = "gen_ai.choice"


def add_events(span: Span, fields: dict[str, Any]) -> None:
    """Fills fields that are unknown."""
    for event in span.events:
        if event.name == INFERENCE:
            _fill(fields, _details(event.attributes))
        elif event.name == _CHOICE:
            _fill(fields, {"finish_reason": _finish_reason(event.attributes)})


def _details(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    return plan_of(tuple(attributes)).reads.of(list(attributes.values()))


def _finish_reason(attributes: Mapping[str, Any]) -> Any:
    """As an attribute, or in the event's content as Azure's SDKs write it."""
    written = attributes.get("finish_reason")
    return as_object(attributes.get("gen_ai.event.content")).get("finish_reason") if written is None else written


def _fill(fields: dict[str, Any], found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        if fields.get(name) is None:
            fields[name] = value
