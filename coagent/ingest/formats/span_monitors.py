"""Spans as monitors and proxies show them: Application Insights, Elastic, and rows with attributes as columns, such as
Honeycomb's events and lines of Envoy AI Gateway's access log.

Source: the table references of `dependencies` and `AppDependencies` (milliseconds), Elastic's documents of
OpenTelemetry (nanoseconds) and of APM (microseconds), Envoy's access log operators (milliseconds).
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.timings import timings_beside
from coagent.ingest.formats.span_stores import made_span
from coagent.ingest.formats.written_error import is_error
from coagent.ingest.loose_json.moments import nanos_of
from coagent.ingest.loose_json.numbers import number_of, seconds_with_unit
from coagent.ingest.loose_json.objects import first, first_known, mapping, text
from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.spans.aliases import FACTS, FIELDS
from coagent.ingest.spans.span import NANOS, Scope, Span

_ENVOY_NAMES = {"response_code": "http.response.status_code"}
_UNDERSCORED = {name.replace(".", "_"): name for names in (*FIELDS.values(), *FACTS.values()) for name in names}
"""Elastic's APM writes labels with `_` for a dot."""


def of_app_insights(row: Mapping[str, Any]) -> Span:
    """A dependency, by the names of Application Insights or of Log Analytics."""
    milliseconds = number_of(first(row, "duration", "DurationMs"))
    return made_span(
        as_object(first(row, "customDimensions", "Properties")),
        nanos_of(first(row, "timestamp", "TimeGenerated")),
        None if milliseconds is None else milliseconds * 1e6,
        span_id=text(first(row, "id", "Id")),
        trace_id=text(first(row, "operation_Id", "OperationId")),
        parent_id=text(first(row, "operation_ParentId", "ParentId")),
        name=text(first(row, "name", "Name")),
        failed=str(first(row, "success", "Success")).lower() == "false",
    )


def of_elastic(row: Mapping[str, Any]) -> Span:
    """A document of a span, as OpenTelemetry has it."""
    return made_span(
        as_object(row.get("attributes")),
        nanos_of(row.get("@timestamp")),
        number_of(row.get("duration")),
        span_id=text(row.get("span_id")),
        trace_id=text(row.get("trace_id")),
        parent_id=text(row.get("parent_span_id")),
        name=text(row.get("name")),
        failed=text(as_object(row.get("status")).get("code")).lower() == "error",
        resource=mapping(as_object(row.get("resource")).get("attributes")),
        scope=Scope(text(as_object(row.get("scope")).get("name"))),
    )


def of_elastic_apm(row: Mapping[str, Any]) -> Span:
    """A document of a span or transaction of Elastic's own agents."""
    span = as_object(row.get("span")) or as_object(row.get("transaction"))
    labels = {**as_object(row.get("labels")), **as_object(row.get("numeric_labels"))}
    microseconds = number_of(mapping(span.get("duration")).get("us"))
    return made_span(
        {_UNDERSCORED.get(name, name): value for name, value in labels.items()},
        nanos_of(row.get("@timestamp")),
        None if microseconds is None else microseconds * 1e3,
        span_id=text(span.get("id")),
        trace_id=text(as_object(row.get("trace")).get("id")),
        parent_id=text(as_object(row.get("parent")).get("id")),
        name=text(span.get("name")),
        failed=as_object(row.get("event")).get("outcome") == "failure",
    )


def of_columns(row: Mapping[str, Any]) -> Span:
    """A row with attributes as columns. Envoy's `duration` is milliseconds; elsewhere the value or its name has to say
    the unit.
    """
    code = row.get("response_code")
    timings = timings_beside({name: value for name, value in row.items() if not name.startswith("gen_ai.")})
    start = timings.get("time") or row.get("Timestamp")
    milliseconds = None if number_of(code) is None else number_of(row.get("duration"))
    said = first_known(number_of(timings.get("duration_s")), seconds_with_unit(row.get("duration")))
    seconds = said if milliseconds is None else milliseconds / 1e3
    return made_span(
        {_ENVOY_NAMES.get(name, name): value for name, value in row.items()},
        nanos_of(start),
        None if seconds is None else seconds * NANOS,
        span_id=text(first(row, "x-request-id", "trace.span_id", "span_id")),
        trace_id=text(first(row, "trace.trace_id", "trace_id")),
        parent_id=text(first(row, "trace.parent_id", "parent_id")),
        name=text(row.get("name")),
        failed=status_of_code(code) == "error" or is_error(row.get("error")),
    )
