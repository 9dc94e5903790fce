"""Lunary's runs, as its API and its exports write them, one JSON object a message.

Source: Lunary's API reference of runs: the name of a run of type llm is its model's; it names no provider.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KINDS = frozenset({"agent", "chain", "tool", "thread", "chat", "retriever", "embed"})
_STATUSES = {"success": "ok", "error": "error"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    kind = str(row.first("type")).lower()
    if kind != "llm":
        return [Skipped(reason=f"lunary_{kind if kind in _KINDS else 'other'}")]
    end, status = row.first("endedAt", "ended_at"), _STATUSES.get(str(row.first("status")))
    if end is None and status is None:
        return [Skipped(reason="unfinished_response")]
    usage, metadata = usage_of(dict(row.part("tokens").object())), row.part("metadata")
    start, params = row.first("createdAt", "created_at"), row.part("params")
    fields = {
        "request_id": row.first("id"),
        "time": time_of(start),
        "provider": metadata.first("provider"),
        "request_model": row.first("name"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "prompt_template": row.first("templateSlug"),
        "status": status,
        "duration_s": between_s(start, end),
        "cost_usd": estimated_usd(row.first("cost")),
        **parameters_of(params),
        **prompt_fields(structured(row.first("input")), params.first("tools"), options),
        **answer_fields(structured(row.first("output"))),
        **usage.fields,
    }
    return outcomes_of(Reading(fields=fields, unread=usage.unread), options)
