"""OTLP export batches of spans in protobuf, as the OpenTelemetry Collector's Kafka exporter writes them."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # protobuf ships no types
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.refused import Refused, rejecting
from coagent.ingest.spans.genai_span import Span, decode_spans
from coagent.ingest.strict_json import check_size


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span."""
    check_size(value, MAX_MESSAGE_BYTES)
    return decode_spans(_spans(value), options)


def _spans(value: bytes) -> list[Span]:
    try:
        batch = ExportTraceServiceRequest.FromString(value)
    except DecodeError:
        raise Refused("invalid_protobuf", "not an ExportTraceServiceRequest") from None
    return [
        _span(span, resource)
        for group in batch.resource_spans
        for resource in [_plain(group.resource.attributes)]
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _span(span: Any, resource: dict[str, Any]) -> Span:
    return Span(
        span_id=span.span_id.hex(),
        start_nano=span.start_time_unix_nano,
        end_nano=span.end_time_unix_nano,
        status_code=span.status.code,
        attributes=_plain(span.attributes),
        resource=resource,
        events=[(event.name, _plain(event.attributes)) for event in span.events],
    )


def _plain(attributes: Iterable[Any]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    if kind == "kvlist_value":
        return _plain(value.kvlist_value.values)
    return None if kind is None else getattr(value, kind)
