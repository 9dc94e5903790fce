"""Entries of logs around records of other formats: those of Amazon CloudWatch Logs as it hands them on (`logEvents`),
gives them when asked (`message`) or answers queries with (`@message`), those of Google's Cloud Logging, and those that
shippers make of what a container prints (`log`, `message`).

Google's exporter of OpenTelemetry logs writes an event's attributes as labels, all as text. Source: the CloudWatch Logs
user guide on subscriptions; Cloud Logging's reference of `LogEntry`; the exporter's source; Docker's json-file driver,
Fluent Bit's and Filebeat's docs.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from coagent.domain.telemetry_format import Format
from coagent.ingest.loose_json.objects import first, mapping, mappings
from coagent.ingest.loose_json.texts import structured

_GEN_AI = "gen_ai."
_PAYLOADS = ("message", "@message", "jsonPayload", "textPayload", "log")


class Record(NamedTuple):
    """What an entry holds, in JSON; its format where the entry itself shows it."""

    value: bytes
    format: Format | None = None


def records_in(found: Mapping[str, Any]) -> list[Record | None]:
    """The record within each entry; None for an entry that holds none."""
    return [_record(entry) for entry in (mappings(found["logEvents"]) if "logEvents" in found else [found])]


def _record(entry: Mapping[str, Any]) -> Record | None:
    labels = mapping(entry.get("labels"))
    if any(name.startswith(_GEN_AI) for name in labels):
        return Record(msgspec.json.encode(_event(entry, labels)), "console_span")
    payload = structured(first(entry, *_PAYLOADS))
    return Record(msgspec.json.encode(payload)) if isinstance(payload, dict) and payload else None


def _event(entry: Mapping[str, Any], labels: Mapping[str, Any]) -> dict[str, Any]:
    """The event as an OpenTelemetry SDK prints it."""
    return {
        "attributes": {name: structured(value) for name, value in labels.items()},
        "event_name": labels.get("event.name"),
        "timestamp": entry.get("timestamp"),
        "trace_id": str(entry.get("trace")).rpartition("/")[2],
        "span_id": entry.get("spanId"),
    }
