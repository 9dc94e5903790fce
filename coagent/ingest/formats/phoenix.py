"""Spans of Phoenix's dataframe, one JSON object a row: `attributes.llm.model_name`, `context.span_id`, `status_code`.

Source: Phoenix's docs of `get_spans_dataframe` and its export rules. The attributes are OpenInference's, which the
reader of spans knows.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.formats.export_row import read_object
from coagent.ingest.formats.moments import moment_s
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import rejecting
from coagent.ingest.spans.genai_span import NANOS, STATUS_ERROR, Span, decode_spans

_PREFIX = "attributes."
_KIND = "openinference.span.kind"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a row."""
    return decode_spans([_span(read_object(value))], options)


def _span(row: Mapping[str, Any]) -> Span:
    attributes = {name.removeprefix(_PREFIX): value for name, value in row.items() if name.startswith(_PREFIX)}
    attributes.setdefault(_KIND, row.get("span_kind"))
    return Span(
        span_id=str(row.get("context.span_id") or row.get("span_id") or ""),
        start_nano=_nanos(row.get("start_time")),
        end_nano=_nanos(row.get("end_time")),
        status_code=STATUS_ERROR if str(row.get("status_code")).upper() == "ERROR" else 0,
        attributes={name: value for name, value in attributes.items() if value is not None},
        resource={},
    )


def _nanos(written: Any) -> int:
    seconds = moment_s(written)
    return 0 if seconds is None else round(seconds * NANOS)
