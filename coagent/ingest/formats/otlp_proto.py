"""OTLP export batches in protobuf, as the OpenTelemetry Collector's Kafka exporter writes them: spans or log records.

Spans are found by a compiled walk over the bytes; what is not plainly in order is read by the protobuf library.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # protobuf ships no types
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan

from coagent.domain.rejected import Skipped
from coagent.ingest.columns import proto_spans
from coagent.ingest.columns.proto_spans import Places, find_spans
from coagent.ingest.formats.otlp_logs_proto import decode_logs
from coagent.ingest.formats.otlp_signal import Signal, signal_of
from coagent.ingest.formats.otlp_values import plain, value_of_bytes
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.refused import Refused, rejecting
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.plan import Plan, plan_of
from coagent.ingest.spans.span import STATUS_ERROR, Event, Scope, Span
from coagent.ingest.strict_json import check_size

_INVALID = Refused("invalid_protobuf", "not an OTLP export batch of spans or log records")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span or log record, and what is noted of requests. Metrics hold no single requests."""
    check_size(value, MAX_MESSAGE_BYTES)
    signal = signal_of(value)
    if signal is Signal.LOGS:
        return decode_logs(value, options)
    if signal is Signal.METRICS:
        return [Skipped(reason="otlp_metrics")]
    return decode_spans(_spans(value), options)


def _spans(message: bytes) -> list[Span]:
    places = find_spans(message)
    if places is not None:
        try:
            return _placed_spans(message, places)
        except UnicodeDecodeError:
            raise _INVALID from None
    return _library_spans(message)


def _placed_spans(message: bytes, places: Places) -> list[Span]:
    text = _Text(message, message.decode("latin-1"), places)
    owners = _Owners(text)
    events = _events(message, places)
    layouts = {row[16]: places.spans[row[16]] for row in places.spans}
    plans = {layout: _plan(message, places, row) for layout, row in layouts.items()}
    values = text.values() if all(plan.is_known for plan in plans.values()) else None
    spans: list[Span] = []
    for number, row in enumerate(places.spans):
        plan, first, last = plans[row[16]], row[12], row[13]
        span = Span(
            plan,
            values[first:last] if values is not None else text.values(first, last) if plan.is_known else (),
            message[row[2] : row[3]].hex(),
            message[row[0] : row[1]].hex(),
            message[row[4] : row[5]].hex(),
            message[row[6] : row[7]].decode(),
            row[8],
            row[9],
            row[10] == STATUS_ERROR,
            *owners.of(row[11]),
        )
        if row[15] > row[14]:
            span.events = events[number]
        spans.append(span)
    return spans


def _plan(message: bytes, places: Places, row: Sequence[int]) -> Plan:
    return plan_of(tuple(_keys(message, places, row[12], row[13])))


def _keys(message: bytes, places: Places, first: int, last: int) -> list[str]:
    return [message[start:end].decode() for start, end in places.keys[first:last].tolist()]


class _Text(NamedTuple):
    """A message, its bytes as letters, and where its parts stand."""

    message: bytes
    letters: str
    places: Places

    def values(self, first: int = 0, last: int | None = None) -> list[Any]:
        """Of the attributes from the first on to before the last: of all at once where all are wanted."""
        message, letters, places = self
        part = slice(first, last)
        return [
            letters[start:end]
            if kind == proto_spans.ASCII
            else start
            if kind == proto_spans.WHOLE
            else real
            if kind == proto_spans.REAL
            else _rare(message, kind, start, end)
            for kind, start, end, real in zip(
                places.kinds[part], places.firsts[part], places.seconds[part], places.reals[part], strict=True
            )
        ]


def _rare(message: bytes, kind: int, first: int, second: int) -> Any:
    if kind == proto_spans.BOOLEAN:
        return bool(first)
    if kind == proto_spans.NESTED:
        return value_of_bytes(message[first:second])
    if kind == proto_spans.TEXT:
        return message[first:second].decode()
    return message[first:second] if kind == proto_spans.BINARY else None


class _Owners:
    """Resource and scope of each span, read once each."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self._found: dict[int, tuple[Mapping[str, Any], Scope]] = {}
        self._resources: dict[tuple[int, int], Mapping[str, Any]] = {}

    def of(self, owner: int) -> tuple[Mapping[str, Any], Scope]:
        found = self._found.get(owner)
        if found is None:
            text, row = self._text.message, self._text.places.owners[owner]
            scope = Scope(text[row[2] : row[3]].decode(), text[row[4] : row[5]].decode())
            found = self._found[owner] = (self._resource(row[0], row[1]), scope)
        return found

    def _resource(self, first: int, last: int) -> Mapping[str, Any]:
        if (first, last) not in self._resources:
            keys = _keys(self._text.message, self._text.places, first, last)
            self._resources[first, last] = dict(zip(keys, self._text.values(first, last), strict=True))
        return self._resources[first, last]


def _events(message: bytes, places: Places) -> dict[int, list[Event]]:
    """By the number of their span."""
    found: dict[int, list[Event]] = {}
    for start, end, number in places.events:
        found.setdefault(number, []).append(_event(_parsed(ProtoSpan.Event.FromString, message[start:end])))
    return found


def _event(event: Any) -> Event:
    return Event(event.name, event.time_unix_nano, plain(event.attributes))


def _parsed(parse: Callable[[bytes], Any], value: bytes) -> Any:
    try:
        return parse(value)
    except DecodeError:
        raise _INVALID from None


def _library_spans(message: bytes) -> list[Span]:
    batch = _parsed(ExportTraceServiceRequest.FromString, message)
    return [
        _library_span(span, resource, Scope(scope.scope.name, scope.scope.version))
        for group in batch.resource_spans
        for resource in [plain(group.resource.attributes)]
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _library_span(span: Any, resource: Mapping[str, Any], scope: Scope) -> Span:
    attributes = plain(span.attributes)
    return Span(
        plan=plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=span.span_id.hex(),
        trace_id=span.trace_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        start_nano=span.start_time_unix_nano,
        end_nano=span.end_time_unix_nano,
        failed=span.status.code == STATUS_ERROR,
        resource=resource,
        scope=scope,
        events=[_event(event) for event in span.events],
    )
