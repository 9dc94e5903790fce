"""The format of a message, told by its content."""

import re
from typing import Any, Literal

import msgspec

from coagent.ingest.options import MAX_MESSAGE_BYTES
from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import check_size, parse_object

Format = Literal["canonical", "otlp_proto", "otlp_json", "litellm", "openai", "console_span"]

_JSON = re.compile(rb"[ \t\r\n]*\{")
_OTLP_REQUEST = 0x0A
"""The first byte of an ExportTraceServiceRequest: field 1, length-delimited. It is a line feed too."""

_MARKS: tuple[tuple[Format, frozenset[str]], ...] = (
    (
        "otlp_json",
        frozenset(
            {"resourceSpans", "resourceLogs", "resourceMetrics", "scopeSpans", "startTimeUnixNano", "resource_spans"}
        ),
    ),
    ("console_span", frozenset({"context", "SpanContext", "hrTime"})),
    ("litellm", frozenset({"custom_llm_provider", "model_group", "startTime", "response_cost", "call_type"})),
    ("openai", frozenset({"choices", "response", "object"})),
    ("canonical", frozenset({"time", "provider", "request_model"})),
)
_top_level: Any = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def detect_format(value: bytes) -> Format:
    """Raises Refused for what is none of the formats.

    >>> detect_format(b'{"time": 1767225600, "provider": "openai"}')
    'canonical'
    """
    check_size(value, MAX_MESSAGE_BYTES)
    if not _JSON.match(value):
        return _not_json(value)
    try:
        names = _top_level(value).keys()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if value[0] == _OTLP_REQUEST:
            return "otlp_proto"
        names = parse_object(value, MAX_MESSAGE_BYTES).keys()  # says what is wrong with it
    return _by_names(frozenset(names))


def _not_json(value: bytes) -> Format:
    if value[:1] == bytes([_OTLP_REQUEST]):
        return "otlp_proto"
    parse_object(value, MAX_MESSAGE_BYTES)
    raise Refused("unknown_format", "neither a JSON object nor an OTLP export batch")


def _by_names(names: frozenset[str]) -> Format:
    if {"provider", "request_model"} <= names:
        return "canonical"
    for name, marks in _MARKS:
        if names & marks:
            return name
    raise Refused("unknown_format", "a JSON object with the marks of none of the formats that are read")
