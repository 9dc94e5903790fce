"""The same spans as an OTLP export batch in protobuf and in JSON."""

import json

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

START_NANO = 1_782_907_200_250_000_000
SPAN_ID = "00f067aa0ba902b7"


def span(attributes, *, status=0, span_id=SPAN_ID, duration_nano=1_500_000_000, events=()):
    return {
        "span_id": span_id,
        "start": START_NANO,
        "end": START_NANO + duration_nano if duration_nano else 0,
        "status": status,
        "attributes": attributes,
        "events": events,
    }


def proto(spans, resource=None):
    batch = ExportTraceServiceRequest()
    group = batch.resource_spans.add()
    group.resource.attributes.extend(_proto_pairs(resource or {}))
    scope = group.scope_spans.add()
    for one in spans:
        made = scope.spans.add(
            span_id=bytes.fromhex(one["span_id"]), start_time_unix_nano=one["start"], end_time_unix_nano=one["end"]
        )
        made.status.code = one["status"]
        made.attributes.extend(_proto_pairs(one["attributes"]))
        for name, attributes in one["events"]:
            made.events.add(name=name, attributes=_proto_pairs(attributes))
    return batch.SerializeToString()


def json_(spans, resource=None):
    made = [
        {
            "spanId": one["span_id"],
            "startTimeUnixNano": str(one["start"]),
            "endTimeUnixNano": str(one["end"]),
            "status": {"code": one["status"]} if one["status"] else {},
            "attributes": _json_pairs(one["attributes"]),
            "events": [{"name": name, "attributes": _json_pairs(found)} for name, found in one["events"]],
        }
        for one in spans
    ]
    group = {"resource": {"attributes": _json_pairs(resource or {})}, "scopeSpans": [{"spans": made}]}
    return json.dumps({"resourceSpans": [group]}).encode()


def _proto_pairs(attributes):
    return [KeyValue(key=key, value=_proto_value(value)) for key, value in attributes.items()]


def _proto_value(value):
    made = AnyValue()
    if isinstance(value, list):
        made.array_value.values.extend([_proto_value(one) for one in value])
    elif isinstance(value, dict):
        made.kvlist_value.values.extend(_proto_pairs(value))
    else:
        kind = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}[type(value)]
        setattr(made, kind, value)
    return made


def _json_pairs(attributes):
    return [{"key": key, "value": _json_value(value)} for key, value in attributes.items()]


def _json_value(value):
    if isinstance(value, list):
        return {"arrayValue": {"values": [_json_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": _json_pairs(value)}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
