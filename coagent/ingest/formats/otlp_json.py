"""OTLP export batches of spans in JSON (OTLP 1.x: camelCase, ids in hex, 64-bit numbers as text)."""

from collections.abc import Iterable
from typing import Any

import msgspec

from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.refused import Refused, refused_by, rejecting
from coagent.ingest.spans.genai_span import STATUS_ERROR, Span, decode_spans
from coagent.ingest.strict_json import check_size, parse_object


class _Value(msgspec.Struct, rename="camel"):
    string_value: str | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bool_value: bool | None = None
    array_value: "_Values | None" = None
    kvlist_value: "_Pairs | None" = None


class _Values(msgspec.Struct):
    values: list[_Value] = []


class _Pair(msgspec.Struct):
    key: str = ""
    value: _Value | None = None


class _Pairs(msgspec.Struct):
    values: list[_Pair] = []


class _Event(msgspec.Struct):
    name: str = ""
    attributes: list[_Pair] = []


class _Status(msgspec.Struct):
    code: int | str = 0


class _Span(msgspec.Struct, rename="camel"):
    span_id: str = ""
    start_time_unix_nano: int | str = 0
    end_time_unix_nano: int | str = 0
    status: _Status | None = None
    attributes: list[_Pair] = []
    events: list[_Event] = []


class _Scope(msgspec.Struct):
    spans: list[_Span] = []


class _Resource(msgspec.Struct):
    attributes: list[_Pair] = []


class _ResourceSpans(msgspec.Struct, rename="camel"):
    resource: _Resource | None = None
    scope_spans: list[_Scope] = []


class _Export(msgspec.Struct, rename="camel"):
    resource_spans: list[_ResourceSpans] = []


_decode = msgspec.json.Decoder(_Export).decode


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span."""
    check_size(value, MAX_MESSAGE_BYTES)
    return decode_spans(_spans(_export(value)), options)


def _export(value: bytes) -> _Export:
    try:
        return _decode(value)
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
        raise Refused("invalid_json", "not a JSON object") from None


def _spans(export: _Export) -> list[Span]:
    return [
        _span(span, resource)
        for group in export.resource_spans
        for resource in [_plain(group.resource.attributes if group.resource else ())]
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _span(span: _Span, resource: dict[str, Any]) -> Span:
    code = span.status.code if span.status else 0
    return Span(
        span_id=span.span_id,
        start_nano=_whole(span.start_time_unix_nano),
        end_nano=_whole(span.end_time_unix_nano),
        status_code=STATUS_ERROR if code in {STATUS_ERROR, "STATUS_CODE_ERROR"} else 0,
        attributes=_plain(span.attributes),
        resource=resource,
        events=[(event.name, _plain(event.attributes)) for event in span.events],
    )


def _plain(pairs: Iterable[_Pair]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs if pair.value is not None}


def _value(value: _Value) -> Any:
    if value.array_value is not None:
        return [_value(one) for one in value.array_value.values]
    if value.kvlist_value is not None:
        return _plain(value.kvlist_value.values)
    if value.int_value is not None:
        return _whole(value.int_value)
    if isinstance(value.double_value, str):
        return _real(value.double_value)
    found = (value.string_value, value.bool_value, value.double_value)
    return next((one for one in found if one is not None), None)


def _whole(number: int | str) -> int:
    """A 64-bit number, written as such or as text."""
    try:
        found = int(number)
    except ValueError:
        raise Refused("wrong_type:int_value", "expected a whole number, as such or as text") from None
    if abs(found) >= 2**64:
        raise Refused("out_of_range:int_value", "a number needs more than 64 bits")
    return found


def _real(number: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise Refused("wrong_type:double_value", "expected a number") from None
