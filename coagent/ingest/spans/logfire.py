"""Logfire's instrumentation of clients: a stream leaves a span that ends before its tokens are known, then a log with
all that the span says, with the tokens and with how long the stream took.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.content.usage import usage_counts
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.spans.span import NANOS, Span

PENDING = "pending_span"
"""The note that a span has begun; the span itself comes later."""

_LOG = "log"
_STREAMS = ('"stream":true', '"stream": true')


def is_open_stream(span: Span, facts: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether the span's call is reported by a log that comes when its stream ends."""
    if facts.get("logfire_type") != "span" or span.failed or fields.get("output_tokens") is not None:
        return False
    sent = facts.get("request_data")
    if isinstance(sent, str):
        return any(mark in sent for mark in _STREAMS)
    return isinstance(sent, dict) and sent.get("stream") is True


def add_log(span: Span, facts: Mapping[str, Any], fields: dict[str, Any]) -> None:
    """Of a log: the stream's duration, from which its start follows, and its usage."""
    if facts.get("logfire_type") != _LOG or "request_data" not in facts:
        return
    duration = number_of(span.named("duration"))
    if duration is not None and duration >= 0 and span.start_nano:
        fields["duration_s"], fields["time"] = duration, span.start_nano / NANOS - duration
    fields["stream"] = True
    for name, value in usage_counts(as_object(span.named("response_data")).get("usage")).items():
        if value is not None and fields.get(name) is None:
            fields[name] = value
