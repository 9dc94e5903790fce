"""Spans of Phoenix's dataframe, one JSON object a row: `attributes.llm.model_name`, `context.span_id`, `status_code`.

Source: Phoenix's docs of `get_spans_dataframe` and its export rules. The attributes are OpenInference's, which the
reader of spans knows.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.moments import nanos_of
from coagent.ingest.loose_json.objects import text
from coagent.ingest.message import read_object
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import rejecting
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.plan import plan_of
from coagent.ingest.spans.span import Span

_PREFIX = "attributes."
_KIND = "openinference.span.kind"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a row."""
    return decode_spans([_span(read_object(value))], options)


def _span(row: Mapping[str, Any]) -> Span:
    attributes = {name.removeprefix(_PREFIX): value for name, value in row.items() if name.startswith(_PREFIX)}
    attributes.setdefault(_KIND, row.get("span_kind"))
    known = {name: value for name, value in attributes.items() if value is not None}
    return Span(
        plan=plan_of(tuple(known)),
        values=list(known.values()),
        span_id=text(row.get("context.span_id") or row.get("span_id")),
        trace_id=text(row.get("context.trace_id") or row.get("trace_id")),
        parent_id=text(row.get("parent_id")),
        name=text(row.get("name")),
        start_nano=nanos_of(row.get("start_time")),
        end_nano=nanos_of(row.get("end_time")),
        failed=str(row.get("status_code")).upper() == "ERROR",
    )
