"""Predictions of Replicate, as its API and its webhooks write them, one JSON object a message.

Source: Replicate's HTTP API reference; `metrics` of language models count their tokens. The duration is that from
creation to completion, with the wait for a machine in it.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_STATUSES = {"succeeded": "ok", "failed": "error", "canceled": "error", "aborted": "error"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request, or why there is none: a prediction in progress comes again when it is done."""
    row = ExportRow(read_object(value))
    status = str(row.first("status"))
    if status not in _STATUSES:
        return [Skipped(reason="unfinished_response")]
    asked, metrics = row.part("input"), row.part("metrics")
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("created_at")),
        "provider": "replicate",
        "request_model": row.first("model") or row.first("version"),
        "status": _STATUSES[status],
        "duration_s": between_s(row.first("created_at"), row.first("completed_at")),
        "input_tokens": metrics.first("input_token_count"),
        "output_tokens": metrics.first("output_token_count"),
        "time_to_first_token_s": metrics.first("time_to_first_token"),
        **parameters_of(asked),
        **prompt_fields(asked.object().get("prompt"), asked.first("system_prompt"), options),
    }
    return outcomes_of(Reading(fields=fields), options)
