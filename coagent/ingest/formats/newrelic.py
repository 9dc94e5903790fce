"""Events of New Relic's AI monitoring, as NRQL and its exports give them, one JSON object a message.

Source: `LlmChatCompletionSummary` and `LlmEmbedding` of New Relic's agents: `duration` and `timestamp` are
milliseconds. Events of messages hold content alone, and are skipped.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OF_CHATS = ("response.number_of_messages", "response.choices.finish_reason")
_OF_MESSAGES = ("sequence", "is_response")
_FAILED = {"true": "error", "false": "ok", "none": "ok"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    if any(name in row for name in _OF_MESSAGES):
        return [Skipped(reason="newrelic_message")]
    return outcomes_of(_reading(row, options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    usage = row.part("response.usage")
    return Reading(
        fields={
            "request_id": row.first("id"),
            "time": time_of(row.first("timestamp")),
            "provider": row.first("vendor"),
            "request_model": row.first("request.model"),
            "response_model": row.first("response.model"),
            "operation": "chat" if any(name in row for name in _OF_CHATS) else "embeddings",
            "task": labelled(options.task_attribute, row),
            "tenant": labelled(options.tenant_attribute, row),
            "temperature": row.first("request.temperature"),
            "max_tokens": row.first("request.max_tokens"),
            "finish_reason": row.first("response.choices.finish_reason"),
            "status": _FAILED.get(str(row.first("error")).lower()),
            "duration_s": scaled(row.first("duration"), 1e3),
            "time_to_first_token_s": scaled(row.first("time_to_first_token"), 1e3),
            "input_tokens": usage.first("prompt_tokens"),
            "output_tokens": usage.first("completion_tokens"),
            "total_tokens": usage.first("total_tokens"),
        }
    )
