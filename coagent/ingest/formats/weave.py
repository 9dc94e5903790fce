"""Calls of W&B Weave, as its service, its SDKs and its exports write them, one JSON object a message.

Source: Weave's call schema: `summary.usage` has the provider's own counts by the model that answered; a call of an
operation that calls others sums up theirs, so only the calls of client libraries are requests. `summary.weave.costs`
are US dollars.
"""

import re
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import Usage, usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.formats.written_error import error_class_of
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_CLIENT = re.compile(
    r"(?P<client>openai|anthropic|mistralai|groq|cohere|litellm|google|vertexai|cerebras|huggingface_hub|bedrock)\."
)
_NAMES = {"mistralai": "mistral_ai", "google": "gcp.gemini", "vertexai": "gcp.vertex_ai", "bedrock": "aws.bedrock"}
_CACHE_BESIDE = frozenset({"anthropic", "bedrock"})
"""Clients whose providers count input without its cache."""
_EMBEDDINGS = "embed"
_STATUSES = {"success": "ok", "error": "error", "descendant_error": "error"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    client = _CLIENT.match(_operation(row))
    if client is None or not row.part("summary"):
        return [Skipped(reason="weave_operation")]
    if row.first("ended_at") is None and _status(row) is None:
        return [Skipped(reason="unfinished_response")]
    return outcomes_of(_reading(row, client["client"], options), options)


def _operation(row: ExportRow) -> str:
    """The name of the operation: of `weave:///entity/project/op/openai.chat.completions.create:v1` the last part."""
    return (row.text("op_name") or "").rpartition("/")[2].partition(":")[0]


def _reading(row: ExportRow, client: str, options: DecodeOptions) -> Reading:
    asked, answered, summary = row.part("inputs"), row.part("output"), row.part("summary")
    model, usage = _usage(summary)
    is_embedding = _EMBEDDINGS in _operation(row).lower()
    attributes = row.part("attributes")
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("started_at")),
        "provider": _NAMES.get(client, client),
        "request_model": asked.first("model") or model,
        "response_model": answered.first("model") or model,
        "system_fingerprint": answered.first("system_fingerprint"),
        "service_tier": answered.first("service_tier"),
        "operation": "embeddings" if is_embedding else "chat",
        "task": labelled(options.task_attribute, attributes, row),
        "tenant": labelled(options.tenant_attribute, attributes, row),
        "status": _status(row),
        "error_type": _error_type(row),
        "duration_s": between_s(row.first("started_at"), row.first("ended_at")),
        "cost_usd": _cost(summary),
        "finish_reason": answered.first("stop_reason"),
        **parameters_of(asked),
        **prompt_fields(asked.object().get("messages", asked.first("input")), asked.first("tools"), options),
        **choice_fields(answered.object(), asked.first("response_format")),
        **usage.fields,
    }
    return Reading(
        fields=fields,
        input_excludes_cache=True if client in _CACHE_BESIDE else None,
        unread=usage.unread,
        response_id=answered.text("id"),
    )


def _status(row: ExportRow) -> str | None:
    """None of a call that runs on."""
    written = row.part("summary").part("weave").first("status")
    return "error" if row.first("exception") else _STATUSES.get(str(written))


def _error_type(row: ExportRow) -> Any:
    """The class of an exception, which is an object in JSON or what Python prints of it: a bare word may be content."""
    if named := row.part("exception").first("type"):
        return error_type_of(named)
    return error_class_of(row.text("exception"))


def _usage(summary: ExportRow) -> tuple[str | None, Usage]:
    """The one model that answered, and what it counted."""
    counted = [(name, value) for name, value in summary.part("usage").object().items() if isinstance(value, dict)]
    return (counted[0][0], usage_of(counted[0][1])) if len(counted) == 1 else (None, Usage({}, ()))


def _cost(summary: ExportRow) -> Any:
    parts = [
        number_of(value)
        for costs in summary.part("weave").part("costs").object().values()
        if isinstance(costs, dict)
        for name, value in costs.items()
        if name.endswith("_total_cost")
    ]
    known = [part for part in parts if part is not None]
    return estimated_usd(sum(known)) if known else None
