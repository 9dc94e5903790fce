"""Lines of Higress's access log with what its plugin `ai-statistics` found: in `ai_log` as JSON text, or, as of the
plugin's first version, beside the line's own fields.

Source: the plugin's README; numbers are text, durations milliseconds. The provider is nowhere named: the authority's
host says it, else the model.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.usage_details import usage_of
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

_COUNTS = {
    "input_token": "input_tokens",
    "output_token": "output_tokens",
    "total_token": "total_tokens",
    "cached_tokens": "cached_tokens",
    "reasoning_tokens": "reasoning_tokens",
}
_RESPONSES = {"stream": True, "normal": False}
_NOTHING = "-"
"""What Envoy writes for what is not there."""


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request; lines without a model are skipped."""
    line = ExportRow({name: one for name, one in read_object(value).items() if one != _NOTHING})
    found = line.part("ai_log") or line
    if found.first("model") is None:
        return [Skipped(reason="not_a_model_request")]
    return outcomes_of(_reading(line, found, options), options)


def _reading(line: ExportRow, found: ExportRow, options: DecodeOptions) -> Reading:
    usage = usage_of({name: _count(found.first(written)) for written, name in _COUNTS.items()})
    code = line.first("response_code")
    return Reading(
        fields={
            "request_id": line.first("request_id"),
            "time": time_of(line.first("start_time")),
            "request_model": found.first("model"),
            "operation": "embeddings" if "embedding" in str(line.first("path")) else "chat",
            "task": labelled(options.task_attribute, found, line),
            "tenant": labelled(options.tenant_attribute, found, line),
            "conversation_id": found.first("session_id"),
            "stream": _RESPONSES.get(str(found.first("response_type"))),
            "duration_s": scaled(found.first("llm_service_duration") or line.first("duration"), 1e3),
            "time_to_first_token_s": scaled(found.first("llm_first_token_duration"), 1e3),
            "http_status": code,
            "status": status_of_code(code),
            **usage.fields,
        },
        host=line.text("authority"),
    )


def _count(written: Any) -> Any:
    number = number_of(written)
    return int(number) if number is not None and number.is_integer() else written
