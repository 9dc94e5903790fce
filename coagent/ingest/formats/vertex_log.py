"""Rows of Vertex AI's request-response logging in BigQuery, one JSON object a message.

Source: its documentation: `full_request` and `full_response` are the call's bodies as JSON, `logging_time` is when it
was logged, at its end; `metadata.request_latency` is milliseconds.
"""

from coagent.ingest.bodies.exchange import exchange_of
from coagent.ingest.formats import bodies, body_streams
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import rejecting

_OF_PUBLISHER = "/"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    took = row.part("metadata").first("request_latency")
    pair = {
        "request": structured(row.first("full_request")) or {},
        "response": structured(row.first("full_response")),
        "end_time": row.first("logging_time"),
        "duration_ms": took,
        "time": row.first("logging_time") if took is None else None,
        "request_id": row.first("request_id"),
        "request_model": _model(row),
        "provider": "gcp.vertex_ai",
    }
    known = {name: value for name, value in pair.items() if value is not None}
    return outcomes_of(bodies.reading_of(body_streams.whole(exchange_of(known)), options), options)


def _model(row: ExportRow) -> str | None:
    """Of `google/gemini-2.5-flash@default` the model's own name."""
    return (row.text("model") or "").rpartition(_OF_PUBLISHER)[2].partition("@")[0] or None
