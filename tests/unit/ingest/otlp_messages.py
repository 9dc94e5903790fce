"""The same spans as an OTLP export batch in protobuf and in JSON."""

import json

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

START_NANO = 1_782_907_200_250_000_000
SPAN_ID = "00f067aa0ba902b7"
TRACE_ID = "5b8efff798038103d269b633813fc60c"


def span(
    attributes,
    *,
    status=0,
    span_id=SPAN_ID,
    parent="",
    trace_id=TRACE_ID,
    name="chat",
    after_nano=0,
    duration_nano=1_500_000_000,
    events=(),
):
    """Of `events` each has a name, attributes, and perhaps nanoseconds after the span's start."""
    return {
        "span_id": span_id,
        "parent": parent,
        "trace_id": trace_id,
        "name": name,
        "start": START_NANO + after_nano,
        "end": START_NANO + after_nano + duration_nano if duration_nano else 0,
        "status": status,
        "attributes": attributes,
        "events": events,
    }


def proto(spans, resource=None, scope_name=""):
    batch = ExportTraceServiceRequest()
    group = batch.resource_spans.add()
    group.resource.attributes.extend(proto_pairs(resource or {}))
    scope = group.scope_spans.add()
    scope.scope.name = scope_name
    for one in spans:
        made = scope.spans.add(
            trace_id=bytes.fromhex(one["trace_id"]),
            span_id=bytes.fromhex(one["span_id"]),
            parent_span_id=bytes.fromhex(one["parent"]),
            name=one["name"],
            start_time_unix_nano=one["start"],
            end_time_unix_nano=one["end"],
        )
        made.status.code = one["status"]
        made.attributes.extend(proto_pairs(one["attributes"]))
        for name, attributes, *after in one["events"]:
            made.events.add(name=name, attributes=proto_pairs(attributes), time_unix_nano=one["start"] + sum(after))
    return batch.SerializeToString()


def json_(spans, resource=None, scope_name=""):
    made = [
        {
            "traceId": one["trace_id"],
            "spanId": one["span_id"],
            "parentSpanId": one["parent"],
            "name": one["name"],
            "startTimeUnixNano": str(one["start"]),
            "endTimeUnixNano": str(one["end"]),
            "status": {"code": one["status"]} if one["status"] else {},
            "attributes": json_pairs(one["attributes"]),
            "events": [
                {"name": name, "timeUnixNano": str(one["start"] + sum(after)), "attributes": json_pairs(found)}
                for name, found, *after in one["events"]
            ],
        }
        for one in spans
    ]
    scope = {"scope": {"name": scope_name}, "spans": made}
    group = {"resource": {"attributes": json_pairs(resource or {})}, "scopeSpans": [scope]}
    return json.dumps({"resourceSpans": [group]}).encode()


def proto_pairs(attributes):
    return [KeyValue(key=key, value=_proto_value(value)) for key, value in attributes.items()]


def _proto_value(value):
    made = AnyValue()
    if isinstance(value, list):
        made.array_value.values.extend([_proto_value(one) for one in value])
    elif isinstance(value, dict):
        made.kvlist_value.values.extend(proto_pairs(value))
    else:
        kind = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}[type(value)]
        setattr(made, kind, value)
    return made


def json_pairs(attributes):
    return [{"key": key, "value": _json_value(value)} for key, value in attributes.items()]


def _json_value(value):
    if isinstance(value, list):
        return {"arrayValue": {"values": [_json_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": json_pairs(value)}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
