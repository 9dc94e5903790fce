"""OTLP log records in protobuf."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # protobuf ships no types
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from coagent.ingest.formats.otlp_values import plain
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused
from coagent.ingest.spans.decode_logs import decode_logs as outcomes_of_logs
from coagent.ingest.spans.log_events import event_name
from coagent.ingest.spans.plan import event_plan_of
from coagent.ingest.spans.span import Scope, Span


def decode_logs(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a log record. Raises Refused for what is no ExportLogsServiceRequest."""
    try:
        batch = ExportLogsServiceRequest.FromString(value)
    except DecodeError:
        raise Refused("invalid_protobuf", "not an ExportLogsServiceRequest") from None
    logs = [
        _log(record, resource, Scope(inner.scope.name, inner.scope.version))
        for group in batch.resource_logs
        for resource in [plain(group.resource.attributes)]
        for inner in group.scope_logs
        for record in inner.log_records
    ]
    return outcomes_of_logs(logs, options)


def _log(record: Any, resource: Mapping[str, Any], scope: Scope) -> Span:
    attributes = plain(record.attributes)
    service = resource.get("service.name")
    return Span(
        plan=event_plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=record.span_id.hex(),
        trace_id=record.trace_id.hex(),
        name=event_name(record.event_name, attributes.get("event.name"), record.body.string_value, scope.name, service),
        end_nano=record.time_unix_nano or record.observed_time_unix_nano,
        resource=resource,
        scope=scope,
    )
