"""Rows of TensorZero's table `ModelInference`, one JSON object a message.

Source: its data model reference: times are milliseconds, `timestamp` is when the row was written, at the end.
"""

from coagent.ingest.bodies.timings import timings_beside
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import number_of, scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    end, took = row.first("timestamp"), number_of(scaled(row.first("response_time_ms"), 1e3))
    fields = {
        "request_id": row.first("id"),
        "time": time_of(end),
        "provider": row.first("model_provider_name"),
        "request_model": row.first("model_name"),
        "task": labelled(options.task_attribute, row.part("tags"), row),
        "tenant": labelled(options.tenant_attribute, row.part("tags"), row),
        "duration_s": took,
        **timings_beside({"end_time": end, "duration_s": took}),
        "time_to_first_token_s": scaled(row.first("ttft_ms"), 1e3),
        "input_tokens": row.first("input_tokens"),
        "output_tokens": row.first("output_tokens"),
        "finish_reason": row.first("finish_reason"),
        "cache_hit": row.first("cached"),
    }
    return outcomes_of(Reading(fields=fields), options)
