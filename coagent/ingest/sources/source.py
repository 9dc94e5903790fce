"""What a row of the table says, and how its samples are written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coagent.domain.telemetry_format import Format

Fields = Mapping[str, Any]
START_NANO = 1_780_300_800_000_000_000
"""2026-06-01T08:00:00Z, the time of all samples."""


@dataclass(frozen=True, slots=True)
class Source:
    """`feed`: how its records get in; `reads`: what is read from where; `leaves`: what is not read, or not there.

    `sample` is one message of the first of `formats`, without content, and `gives` are canonical fields of the request
    in it. A test decodes every sample, with the format found by its content, or by `mapping` (YAML) where there is one.
    """

    name: str
    formats: tuple[Format, ...]
    feed: str
    reads: str
    leaves: str
    sample: bytes
    gives: Fields
    mapping: str = ""


def message(value: Fields) -> bytes:
    """A record in JSON."""
    return json.dumps(value).encode()


def span(attributes: Fields, *, name: str = "", seconds: float = 1.5, scope: str = "", **more: Any) -> bytes:
    """An OTLP export in JSON of one span from START_NANO on; `more` goes into the span."""
    made = {
        "name": name,
        "startTimeUnixNano": str(START_NANO),
        "endTimeUnixNano": str(START_NANO + round(seconds * 1e9)),
        "attributes": pairs(attributes),
        **more,
    }
    return message({"resourceSpans": [{"scopeSpans": [{"scope": {"name": scope}, "spans": [made]}]}]})


def log_record(attributes: Fields, *, body: str = "", scope: str = "", **more: Any) -> bytes:
    """An OTLP export in JSON of one log record."""
    made = {
        "timeUnixNano": str(START_NANO),
        "body": {"stringValue": body},
        "attributes": pairs(attributes),
        **more,
    }
    return message({"resourceLogs": [{"scopeLogs": [{"scope": {"name": scope}, "logRecords": [made]}]}]})


def pairs(attributes: Fields) -> list[dict[str, Any]]:
    """Attributes as OTLP writes them in JSON."""
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
