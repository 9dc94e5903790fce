"""Request logs of Keywords AI (Respan), as its API and its exports write them, one JSON object a message.

Source: its reference of logs: `latency` and `time_to_first_token` are seconds, `cost` US dollars, `timestamp` is the
end.
"""

from typing import Any

from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import between_s, moment_s, time_of
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_FIRST_ERROR = 400


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    metadata, usage = row.part("metadata"), usage_of(dict(row.part("usage").object()))
    code = row.first("status_code")
    number = number_of(code)
    fields = {
        "request_id": row.first("unique_id", "id"),
        "provider": row.first("provider_id", "provider"),
        "request_model": row.first("model"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "stream": row.first("stream"),
        "http_status": code,
        "status": None if number is None else "error" if number >= _FIRST_ERROR else "ok",
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
    start, end, took = row.first("start_time"), row.first("timestamp"), row.first("latency")
    whole = between_s(start, end) if took is None else took
    ended, seconds = moment_s(end), number_of(took)
    if start is None and ended is not None and seconds is not None:
        start = ended - seconds
    return {"time": time_of(end if start is None else start), "duration_s": whole}


def _counts(row: ExportRow) -> dict[str, Any]:
    counts = {
        "input_tokens": row.first("prompt_tokens"),
        "output_tokens": row.first("completion_tokens"),
        "total_tokens": row.first("total_request_tokens"),
    }
    return {name: count for name, count in counts.items() if count is not None}
