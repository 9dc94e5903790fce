"""Opik's spans, as its API and `opik export` write them, one JSON object a message.

Source: Opik's REST reference and its Python SDK: the provider's own usage stands beside Opik's three counts as flat
keys, `original_usage.prompt_tokens_details.cached_tokens`.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import Usage, usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KINDS = frozenset({"general", "tool", "guardrail"})
_ORIGINAL = "original_usage."


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    kind = str(row.first("type")).lower()
    if kind != "llm":
        return [Skipped(reason=f"opik_{kind if kind in _KINDS else 'other'}")]
    return outcomes_of(_reading(row, options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    metadata, usage = row.part("metadata"), _usage(row.part("usage"))
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("start_time")),
        "provider": row.first("provider") or metadata.first("provider"),
        "request_model": row.first("model") or metadata.first("model"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "conversation_id": row.first("thread_id"),
        "temperature": metadata.first("temperature"),
        "top_p": metadata.first("top_p"),
        "seed": metadata.first("seed"),
        "max_tokens": metadata.first("max_completion_tokens", "max_tokens"),
        "stream": metadata.first("stream"),
        "status": "error" if row.part("error_info") else "ok",
        "error_type": error_type_of(row.part("error_info").first("exception_type")),
        "cost_usd": estimated_usd(row.first("total_estimated_cost")),
        "duration_s": between_s(row.first("start_time"), row.first("end_time")),
        "time_to_first_token_s": scaled(row.first("ttft"), 1e3),
        **prompt_fields(row.part("input").items("messages") or None, metadata.first("tools"), options),
        **usage.fields,
    }
    return Reading(fields=fields, unread=usage.unread)


def _usage(counts: ExportRow) -> Usage:
    """Of the two forms of the same counts the provider's own, which has the details; the sums as Opik has them."""
    original: dict[str, Any] = {}
    for name, value in counts.object().items():
        if name.startswith(_ORIGINAL):
            parent, _, leaf = name.removeprefix(_ORIGINAL).rpartition(".")
            place = original.setdefault(parent, {}) if parent else original
            if isinstance(place, dict):
                place[leaf] = value
    own = usage_of({name: value for name, value in counts.object().items() if not name.startswith(_ORIGINAL)})
    detailed = usage_of(original)
    return Usage({**own.fields, **detailed.fields}, detailed.unread if original else own.unread)
