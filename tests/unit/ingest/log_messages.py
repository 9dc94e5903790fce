"""The same log records as an OTLP export batch in protobuf and in JSON."""

import json

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from .otlp_messages import START_NANO, json_pairs, proto_pairs


def log(attributes, *, body="", event="", trace_id="", span_id="", nano=START_NANO, observed=0):
    return {
        "attributes": attributes,
        "body": body,
        "event": event,
        "trace_id": trace_id,
        "span_id": span_id,
        "nano": nano,
        "observed": observed,
    }


def proto_logs(logs, resource=None, scope_name=""):
    batch = ExportLogsServiceRequest()
    group = batch.resource_logs.add()
    group.resource.attributes.extend(proto_pairs(resource or {}))
    scope = group.scope_logs.add()
    scope.scope.name = scope_name
    for one in logs:
        made = scope.log_records.add(
            time_unix_nano=one["nano"],
            observed_time_unix_nano=one["observed"],
            event_name=one["event"],
            trace_id=bytes.fromhex(one["trace_id"]),
            span_id=bytes.fromhex(one["span_id"]),
            severity_text="INFO",
        )
        if one["body"]:
            made.body.string_value = one["body"]
        made.attributes.extend(proto_pairs(one["attributes"]))
    return batch.SerializeToString()


def json_logs(logs, resource=None, scope_name=""):
    records = [
        {
            "timeUnixNano": str(one["nano"]),
            "observedTimeUnixNano": str(one["observed"]),
            "eventName": one["event"],
            "traceId": one["trace_id"],
            "spanId": one["span_id"],
            "severityText": "INFO",
            "body": {"stringValue": one["body"]} if one["body"] else None,
            "attributes": json_pairs(one["attributes"]),
        }
        for one in logs
    ]
    scope = {"scope": {"name": scope_name}, "logRecords": records}
    group = {"resource": {"attributes": json_pairs(resource or {})}, "scopeLogs": [scope]}
    return json.dumps({"resourceLogs": [group]}).encode()
