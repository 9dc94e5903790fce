"""LangWatch's traces and spans, as its API and its collector have them, one JSON object a message.

Source: LangWatch's REST reference: times are milliseconds since the epoch, costs US dollars.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.formats.written_error import error_class_of, is_error
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.objects import mappings
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KINDS = frozenset({"span", "chain", "tool", "agent", "rag", "workflow", "component", "module", "guardrail"})
_NO_COUNTS = frozenset({"cost", "tokens_estimated", "first_token_ms", "total_time_ms", "total_cost"})


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a span of a call to a model; other spans are skipped."""
    found = read_object(value)
    outcomes: list[Outcome] = []
    for index, one in enumerate(mappings(found.get("spans")) or [found]):
        row = ExportRow(one)
        kind = str(row.first("type")).lower()
        if kind == "llm":
            outcomes += outcomes_of(_reading(row, options), options, index)
        else:
            outcomes.append(Skipped(reason=f"langwatch_{kind if kind in _KINDS else 'other'}", index=index))
    return outcomes


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    times, metrics, params = row.part("timestamps"), row.part("metrics"), row.part("params")
    usage = usage_of({name: value for name, value in metrics.object().items() if name not in _NO_COUNTS})
    failed = is_error(row.first("error"))
    start, asked = times.first("started_at"), row.part("input")
    fields = {
        "request_id": row.first("span_id", "id"),
        "time": time_of(start),
        "provider": row.first("vendor"),
        "request_model": row.first("model"),
        "task": labelled(options.task_attribute, row.part("metadata"), params, row),
        "tenant": labelled(options.tenant_attribute, row.part("metadata"), params, row),
        "status": "error" if failed else "ok",
        "error_type": error_class_of(row.part("error").text("message") or row.text("error")) if failed else None,
        "duration_s": between_s(start, times.first("finished_at")),
        "time_to_first_token_s": between_s(start, times.first("first_token_at")),
        "cost_usd": estimated_usd(metrics.first("cost")),
        **parameters_of(params),
        **prompt_fields(asked.first("value"), None, options),
        **usage.fields,
    }
    return Reading(fields=fields, unread=usage.unread)
