"""Request logs of Keywords AI (Respan), as its API and its exports write them, one JSON object a message.

Source: its reference of logs: `latency` and `time_to_first_token` are seconds, `cost` US dollars, `timestamp` is the
end.
"""

from typing import Any

from coagent.ingest.bodies.timings import timings_beside
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    metadata, usage = row.part("metadata"), usage_of(dict(row.part("usage").object()))
    code = row.first("status_code")
    fields = {
        "request_id": row.first("unique_id", "id"),
        "provider": row.first("provider_id", "provider"),
        "request_model": row.first("model"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "stream": row.first("stream"),
        "http_status": code,
        "status": status_of_code(code),
        "time_to_first_token_s": row.first("time_to_first_token"),
        "cost_usd": estimated_usd(row.first("cost")),
        **_times(row),
        **parameters_of(row),
        **prompt_fields(structured(row.first("prompt_messages")), row.first("tools"), options),
        **answer_fields(structured(row.first("completion_message"))),
        **usage.fields,
        **_counts(row),
    }
    return outcomes_of(Reading(fields=fields, unread=usage.unread), options)


def _times(row: ExportRow) -> dict[str, Any]:
    end, took = row.first("timestamp"), row.first("latency")
    known = {"start_time": row.first("start_time"), "end_time": end, "duration_s": took}
    return {"time": time_of(end), "duration_s": took, **timings_beside(known)}


def _counts(row: ExportRow) -> dict[str, Any]:
    counts = {
        "input_tokens": row.first("prompt_tokens"),
        "output_tokens": row.first("completion_tokens"),
        "total_tokens": row.first("total_request_tokens"),
    }
    return {name: count for name, count in counts.items() if count is not None}
