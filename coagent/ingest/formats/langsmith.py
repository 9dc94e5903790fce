"""LangSmith runs: exports of its API, its SDK and its bulk export, one JSON object a message.

Source: the run data format of LangSmith's docs and `langsmith.schemas.Run`; counts as LangChain's `usage_metadata`
has them: input with its cache reads and writes, output with its reasoning.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import Usage, usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.formats.written_error import error_class_of
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.objects import mappings
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"llm": "chat", "embedding": "embeddings"}
_KINDS = frozenset({"chain", "tool", "retriever", "prompt", "parser"})
_STATUSES = {"success": "ok", "error": "error"}
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens", "prompt_token_details", "completion_token_details")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    kind = str(row.first("run_type")).lower()
    if kind not in _OPERATIONS:
        return [Skipped(reason=f"langsmith_{kind if kind in _KINDS else 'other'}")]
    return outcomes_of(_reading(row, kind, options), options)


def _reading(row: ExportRow, kind: str, options: DecodeOptions) -> Reading:
    extra = row.part("extra")
    metadata, asked = extra.part("metadata"), extra.part("invocation_params")
    message = _message(row)
    answered = message.part("response_metadata")
    usage = _usage(row, metadata, message)
    fields = {
        "request_id": row.first("id", "run_id"),
        "time": time_of(row.first("start_time")),
        "provider": metadata.first("ls_provider") or answered.first("model_provider"),
        "request_model": metadata.first("ls_model_name") or asked.first("model", "model_name"),
        "response_model": answered.first("model_name", "model"),
        "system_fingerprint": answered.first("system_fingerprint"),
        "service_tier": answered.first("service_tier"),
        "operation": _OPERATIONS[kind],
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "conversation_id": metadata.first("session_id", "thread_id", "conversation_id"),
        "app_version": metadata.first("revision_id"),
        "stream": asked.first("stream"),
        "temperature": metadata.first("ls_temperature") or asked.first("temperature"),
        "top_p": asked.first("top_p"),
        "seed": asked.first("seed"),
        "max_tokens": metadata.first("ls_max_tokens") or asked.first("max_completion_tokens", "max_tokens"),
        "finish_reason": answered.first("finish_reason", "stop_reason") or _finish_reason(row),
        "status": "error" if row.first("error") else _STATUSES.get(str(row.first("status"))),
        "cost_usd": estimated_usd(row.first("total_cost")),
        "error_type": error_class_of(row.text("error")),
        "duration_s": between_s(row.first("start_time"), row.first("end_time")),
        "time_to_first_token_s": between_s(row.first("start_time"), _first_token_at(row)),
        **prompt_fields(_messages(row.part("inputs").first("messages", "prompts")), asked.first("tools"), options),
        **answer_fields(message.object()),
        **usage.fields,
    }
    return Reading(fields=fields, host=asked.text("base_url"), unread=usage.unread, response_id=answered.text("id"))


def _messages(found: Any) -> Any:
    """LangChain nests the messages of one call in a list of calls; a serialized one keeps its own under `kwargs`."""
    found = structured(found)
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    return [_plain(message) for message in found] if isinstance(found, list) else found


def _plain(message: Any) -> Any:
    inner = message.get("kwargs") if isinstance(message, dict) else None
    return inner if isinstance(inner, dict) else message


def _first_token_at(row: ExportRow) -> Any:
    """The run's own field, else the first event of a token, which runs of the SDK have."""
    events = (one for one in mappings(row.items("events")) if one.get("name") == "new_token")
    return row.first("first_token_time") or next((one.get("time") for one in events), None)


def _generation(row: ExportRow) -> ExportRow:
    """The first of the outputs, which LangChain nests in lists; empty where they are written otherwise."""
    found: Any = row.part("outputs").items("generations")
    while isinstance(found, list) and found:
        found = found[0]
    return ExportRow(found if isinstance(found, dict) else {})


def _finish_reason(row: ExportRow) -> Any:
    return _generation(row).part("generation_info").first("finish_reason", "stop_reason")


def _message(row: ExportRow) -> ExportRow:
    """The answer of the first generation, or the outputs themselves where they are the answer."""
    inner = _generation(row).object().get("message")
    return ExportRow(_plain(inner)) if isinstance(inner, dict) else row.part("outputs")


def _usage(row: ExportRow, metadata: ExportRow, message: ExportRow) -> Usage:
    """The most detailed of the places: the answer's own usage, the run's metadata, the run's totals."""
    outputs = row.part("outputs")
    places = (
        message.part("usage_metadata"),
        outputs.part("usage_metadata"),
        metadata.part("usage_metadata"),
        row.part("usage_metadata"),
        outputs.part("llm_output").part("token_usage", "usage"),
        outputs.part("usage"),
    )
    totals = usage_of({name: structured(row.first(name)) for name in _COUNTS})
    found = next((usage_of(dict(place.object())) for place in places if place), Usage({}, ()))
    return Usage({**totals.fields, **found.fields}, found.unread)
