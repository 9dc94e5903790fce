"""Log entries of Apache APISIX's logging plugins (Kafka, HTTP, file) beside `ai-proxy` with `logging.summaries`.

Source: APISIX's docs of ai-proxy and its source: the summary holds its variables, numbers as text among them; times are
milliseconds; its `duration` ends with the first token. Nothing names the provider: the upstream's host does, else the
model.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import number_of, scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_FLAGS = {"true": True, "false": False}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request; entries without a summary of a call to a model are skipped."""
    row = ExportRow(read_object(value))
    summary = row.part("llm_summary")
    if not summary.first("request_model", "model"):
        return [Skipped(reason="not_a_model_request")]
    return outcomes_of(_reading(row, summary, options), options)


def _reading(row: ExportRow, summary: ExportRow, options: DecodeOptions) -> Reading:
    code = row.part("response").first("status")
    status, stream = status_of_code(code), _stream(row, summary)
    consumer = row.part("consumer")
    return Reading(
        fields={
            "time": time_of(row.first("start_time")),
            "request_model": summary.first("request_model", "model"),
            "response_model": summary.first("model"),
            "task": labelled(options.task_attribute, row),
            "tenant": labelled(options.tenant_attribute, consumer, row),
            "stream": stream,
            "duration_s": scaled(_known(summary.first("upstream_response_time")) or row.first("latency"), 1e3),
            "time_to_first_token_s": scaled(_known(summary.first("duration")), 1e3) if stream else None,
            "http_status": code,
            "status": status,
            **{field: _count(summary.first(name), status) for field, name in _COUNTS.items()},
        },
        host=row.text("upstream"),
    )


_COUNTS = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens", "total_tokens": "total_tokens"}


def _stream(row: ExportRow, summary: ExportRow) -> bool | None:
    written = summary.first("stream")
    return _FLAGS.get(str(row.part("llm_request").first("stream") if written is None else written).lower())


def _known(written: Any) -> Any:
    """A variable that was never set is 0."""
    return written if number_of(written) else None


def _count(written: Any, status: str | None) -> Any:
    """Of a call that failed 0 is where the count began."""
    return _known(written) if status == "error" else written
