"""Rows of Databricks' tables about models that it serves: inference tables, and the usage tables of its AI Gateway.

An inference table holds request and response as JSON texts: whoever reads such bodies reads them. The table
`system.ai_gateway.usage` counts without bodies. Source: Databricks' schema references; times are milliseconds.
"""

from typing import Any

from coagent.ingest.bodies.exchange import exchange_of
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats import bodies, body_streams
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_PROVIDER = "databricks"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    reading = _of_bodies(row, options) if "response" in row else _of_counts(row, options)
    return outcomes_of(reading, options)


def _of_bodies(row: ExportRow, options: DecodeOptions) -> Reading:
    pair = {
        "request": structured(row.first("request")),
        "response": structured(row.first("response")),
        "time": row.first("request_time", "timestamp_ms"),
        "duration_s": scaled(row.first("execution_duration_ms", "execution_time_ms"), 1e3),
        "status_code": row.first("status_code"),
        "request_id": row.first("databricks_request_id"),
        "provider": _PROVIDER,
    }
    known = {name: value for name, value in pair.items() if value is not None}
    return bodies.reading_of(body_streams.whole(exchange_of(known)), options)


def _of_counts(row: ExportRow, options: DecodeOptions) -> Reading:
    usage, code = usage_of(dict(row.part("token_details").object())), row.first("status_code")
    return Reading(
        fields={
            "request_id": row.first("request_id", "databricks_request_id"),
            "time": time_of(row.first("event_time", "request_time")),
            "provider": _PROVIDER,
            "request_model": row.first("destination_model"),
            "task": labelled(options.task_attribute, row.part("request_tags", "usage_context"), row),
            "tenant": labelled(options.tenant_attribute, row.part("request_tags", "usage_context"), row),
            "stream": row.first("request_streaming"),
            "duration_s": scaled(row.first("latency_ms"), 1e3),
            "http_status": code,
            "status": status_of_code(code),
            **usage.fields,
            **_counts(row),
        },
        unread=usage.unread,
    )


def _counts(row: ExportRow) -> dict[str, Any]:
    """What the columns count; what they do not, the details may."""
    counts = {
        "input_tokens": row.first("input_tokens", "input_token_count"),
        "output_tokens": row.first("output_tokens", "output_token_count"),
        "total_tokens": row.first("total_tokens"),
    }
    return {name: count for name, count in counts.items() if count is not None}
