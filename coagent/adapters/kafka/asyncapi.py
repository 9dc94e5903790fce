"""The AsyncAPI 3 document of the public topics, made from the types that are sent.

`coagent/asyncapi.yaml` is its text: `tools/write_asyncapi.py` writes it, a test compares them.
"""

from typing import Any

import msgspec

from coagent.adapters.kafka.cloudevents import CONTENT_TYPE, KINDS, SOURCE, SPEC_VERSION, EventKind
from coagent.domain.topics import INSIGHTS, ROLLUPS, SHIFTS

TOLD = {
    SHIFTS: "Confirmed changes of a provider, a client or the traffic, and candidates that proved to be none.",
    INSIGHTS: "What people read: a shift or an opportunity in words, with the facts behind every figure.",
    ROLLUPS: "Counts, tokens, cost and mergeable sketches of each segment and minute.",
}


def document(version: str) -> dict[str, Any]:
    """`version`: coagent's."""
    _, schemas = msgspec.json.schema_components(
        [kind.value for kind in KINDS], ref_template="#/components/schemas/{name}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "coagent",
            "version": version,
            "description": "CloudEvents 1.0 in Kafka's binary mode. Delivery is at least once: an event that comes "
            "twice has the same ce_id, and of one subject the highest sequence is the truth.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic: _channel(topic) for topic in TOLD},
        "operations": {f"send.{topic}": _operation(topic) for topic in TOLD},
        "components": {
            "messages": {_name(kind): _message(kind) for kind in KINDS},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _name(kind: EventKind) -> str:
    return kind.value.__name__


def _kinds_of(topic: str) -> list[EventKind]:
    return [kind for kind in KINDS if kind.topic == topic]


def _channel(topic: str) -> dict[str, Any]:
    messages = {_name(kind): {"$ref": f"#/components/messages/{_name(kind)}"} for kind in _kinds_of(topic)}
    return {"address": topic, "description": TOLD[topic], "messages": messages}


def _operation(topic: str) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/{topic}/messages/{_name(kind)}"} for kind in _kinds_of(topic)]
    return {"action": "send", "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}


def _message(kind: EventKind) -> dict[str, Any]:
    key = {"type": "string", "description": "the segment's five values as a JSON array"}
    return {
        "name": kind.ce_type,
        "contentType": CONTENT_TYPE,
        "headers": _headers(kind),
        "payload": {"$ref": f"#/components/schemas/{_name(kind)}"},
        "bindings": {"kafka": {"key": key}},
    }


def _headers(kind: EventKind) -> dict[str, Any]:
    properties = {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": {"type": "string", "minLength": 1},
        "ce_source": {"const": SOURCE},
        "ce_type": {"const": kind.ce_type},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "description": "the segment's id, 16 hex digits", "pattern": "^[0-9a-f]{16}$"},
        "content-type": {"const": CONTENT_TYPE},
    }
    return {"type": "object", "required": list(properties), "properties": properties}
