"""MLflow traces: `Trace.to_json` of MLflow 2 and 3, a row of `search_traces`, or one span of them, one JSON object a
message.

Source: `mlflow.entities.Trace`, `Span.to_dict` and the docs of token usage and cost. A span's attributes are those of
its OTLP export, their values as JSON. `mlflow.llm.model` is the model that answered where the client names it so: the
inputs say which was asked for. Before 3.2 the usage stands in the outputs alone.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import nanos_of
from coagent.ingest.loose_json.objects import mapping, mappings, text
from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.message import read_object
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import rejecting
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.plan import plan_of
from coagent.ingest.spans.span import Span

_USAGE, _INPUTS, _OUTPUTS = "mlflow.chat.tokenUsage", "mlflow.spanInputs", "mlflow.spanOutputs"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span."""
    found = read_object(value)
    return decode_spans([_span(one) for one in _spans(ExportRow(found)) or [found]], options)


def _spans(row: ExportRow) -> list[Mapping[str, Any]]:
    """Of a trace, or of a table's row of one; [] where the message is a span itself."""
    return mappings(row.items("spans") or row.part("data").items("spans") or _within(row.part("trace")))


def _within(trace: ExportRow) -> list[Any]:
    return trace.part("data").items("spans")


def _span(found: Mapping[str, Any]) -> Span:
    attributes, context = _attributes(as_object(found.get("attributes"))), as_object(found.get("context"))
    status = as_object(found.get("status")).get("code") or found.get("status_code")
    return Span(
        plan=plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=text(found.get("span_id") or context.get("span_id")),
        trace_id=text(found.get("trace_id") or context.get("trace_id")),
        parent_id=text(found.get("parent_span_id") or found.get("parent_id")),
        name=text(found.get("name")),
        start_nano=nanos_of(found.get("start_time_unix_nano") or found.get("start_time")),
        end_nano=nanos_of(found.get("end_time_unix_nano") or found.get("end_time")),
        failed=str(status).upper().endswith("ERROR"),
    )


def _attributes(written: Mapping[str, Any]) -> dict[str, Any]:
    """With what the bodies of a call to a model say besides."""
    known = {name: value for name, value in written.items() if value is not None}
    asked, answered = as_object(known.get(_INPUTS)), as_object(known.get(_OUTPUTS))
    usage = mapping(answered.get("usage"))
    said = {
        "gen_ai.request.model": asked.get("model"),
        "gen_ai.response.model": answered.get("model"),
        _USAGE: usage or None,
    }
    return {
        name: value for name, value in said.items() if value is not None and (name != _USAGE or _USAGE not in known)
    } | known
