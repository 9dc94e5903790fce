"""Spans of the OpenAI Agents SDK, as its exporter and trace processors write them, one JSON object a message.

Source: `Span.export` of the SDK: a generation's `span_data` has model, parameters and usage; spans of type
response name no model, for OpenAI keeps the response.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.written_error import is_error
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KINDS = frozenset({"agent", "function", "handoff", "guardrail", "response", "custom", "mcp_tools", "speech", "trace"})


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    made = row.part("span_data")
    kind = str(made.first("type") or "trace")
    if kind != "generation":
        return [Skipped(reason=f"openai_agents_{kind if kind in _KINDS else 'other'}")]
    asked, usage = made.part("model_config"), usage_of(dict(made.part("usage").object()))
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("started_at")),
        "provider": "openai",
        "request_model": made.first("model"),
        "task": labelled(options.task_attribute, row.part("metadata"), row),
        "tenant": labelled(options.tenant_attribute, row.part("metadata"), row),
        "status": "error" if is_error(row.first("error")) else "ok",
        "duration_s": between_s(row.first("started_at"), row.first("ended_at")),
        **parameters_of(asked),
        **prompt_fields(made.items("input") or None, None, options),
        **usage.fields,
    }
    return outcomes_of(Reading(fields=fields, host=asked.text("base_url"), unread=usage.unread), options)
