"""The AsyncAPI 3 document of the public topics, made from the types that are sent.

`coagent/asyncapi.yaml` is its text: `tools/write_asyncapi.py` writes it, a test compares them.
"""

from typing import Any, get_args

import msgspec

from coagent.adapters.kafka.cloudevents import CONTENT_TYPE, FLEET, KINDS, SOURCE, SPEC_VERSION, EventKind
from coagent.domain.heartbeat import Process
from coagent.domain.topics import HEARTBEATS, INSIGHTS, POLICY, PROBES, ROLLUPS, SHIFTS

DESCRIPTIONS = {
    SHIFTS: "Confirmed changes of a provider, a client or the traffic, and candidates that proved to be none.",
    INSIGHTS: "What people read: a shift or an opportunity in words, with the facts behind every figure.",
    POLICY: "What people approved, as routing rules; the newest message is the policy.",
    PROBES: "What each batch of an active probe says of an endpoint, beside the telemetry of its stream.",
    ROLLUPS: "Counts, tokens, cost and mergeable sketches of each segment and minute.",
    HEARTBEATS: "That each of coagent's processes runs and gets on, every ten seconds; its silence is news too.",
}
KEYS = {
    POLICY: {"type": "string", "const": FLEET},
    HEARTBEATS: {"type": "string", "description": "process and instance, with a slash between"},
}
SUBJECTS = {POLICY: {"const": FLEET}, HEARTBEATS: {"enum": list(get_args(Process))}}
SEGMENT_KEY = {"type": "string", "description": "the segment's five values as a JSON array"}
SEGMENT_ID = {"type": "string", "description": "the segment's id, 16 hex digits", "pattern": "^[0-9a-f]{16}$"}


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
            "twice has the same ce_id, and of one subject the highest sequence is the truth (of an insight the highest "
            "sequence and edition).",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic: _channel(topic) for topic in DESCRIPTIONS},
        "operations": {f"send.{topic}": _operation(topic) for topic in DESCRIPTIONS},
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
    return {"address": topic, "description": DESCRIPTIONS[topic], "messages": messages}


def _operation(topic: str) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/{topic}/messages/{_name(kind)}"} for kind in _kinds_of(topic)]
    return {"action": "send", "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}


def _message(kind: EventKind) -> dict[str, Any]:
    return {
        "name": kind.ce_type,
        "contentType": CONTENT_TYPE,
        "headers": _headers(kind),
        "payload": {"$ref": f"#/components/schemas/{_name(kind)}"},
        "bindings": {"kafka": {"key": KEYS.get(kind.topic, SEGMENT_KEY)}},
    }


def _headers(kind: EventKind) -> dict[str, Any]:
    properties = {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": {"type": "string", "minLength": 1},
        "ce_source": {"const": SOURCE},
        "ce_type": {"const": kind.ce_type},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": SUBJECTS.get(kind.topic, SEGMENT_ID),
        "content-type": {"const": CONTENT_TYPE},
    }
    return {"type": "object", "required": list(properties), "properties": properties}
