"""OTLP log records in JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from coagent.ingest.formats.otlp_attributes import (
    Pair,
    ResourceJson,
    ScopeJson,
    Value,
    keys_of,
    nano_of,
    plain_values,
    resource_of,
    scope_of,
)
from coagent.ingest.spans.log_events import event_name
from coagent.ingest.spans.plan import event_plan_of
from coagent.ingest.spans.span import Scope, Span


class _Record(msgspec.Struct, rename="camel"):
    time_unix_nano: int | str | None = 0
    observed_time_unix_nano: int | str | None = 0
    event_name: str | None = ""
    body: Value | None = None
    trace_id: str | None = ""
    span_id: str | None = ""
    attributes: list[Pair] | None = None


class _ScopeLogs(msgspec.Struct, rename="camel"):
    scope: ScopeJson | None = None
    log_records: list[_Record] | None = None


class ResourceLogs(msgspec.Struct, rename="camel"):
    """The log records of one resource."""

    resource: ResourceJson | None = None
    scope_logs: list[_ScopeLogs] | None = None


def logs_of(groups: Sequence[ResourceLogs]) -> list[Span]:
    """The records in their order, as spans that end when the event was written."""
    return [
        _log(record, resource, scope)
        for group in groups
        for resource in [resource_of(group.resource)]
        for inner in group.scope_logs or ()
        for scope in [scope_of(inner.scope)]
        for record in inner.log_records or ()
    ]


def _log(record: _Record, resource: Mapping[str, Any], scope: Scope) -> Span:
    pairs = record.attributes or []
    log = Span(
        plan=event_plan_of(keys_of(pairs)),
        values=plain_values(pairs),
        span_id=record.span_id or "",
        trace_id=record.trace_id or "",
        end_nano=nano_of(record.time_unix_nano) or nano_of(record.observed_time_unix_nano),
        resource=resource,
        scope=scope,
    )
    body = record.body.string_value if record.body else None
    log.name = event_name(record.event_name, log.named("event.name"), body, scope.name, resource.get("service.name"))
    return log
