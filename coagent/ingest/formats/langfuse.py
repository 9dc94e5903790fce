"""Langfuse observations: exports of the UI, of its API and of blob storage, one JSON object a message.

Source: langfuse `observations_converters.ts`, `observation-stream.ts` and the field reference of the blob storage
export. The keys of `usageDetails` are parts that do not overlap and add up to `total`. `latency` is seconds in the
API and milliseconds in the UI's export, so it is read from start and end alone; `timeToFirstToken` is seconds in
both, blob storage writes milliseconds.
"""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow, read_object, structured
from coagent.ingest.formats.moments import between_s, time_of
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"GENERATION": "chat", "EMBEDDING": "embeddings"}
_KINDS = frozenset(
    {"SPAN", "EVENT", "TRACE", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "GUARDRAIL", "SCORE", "SESSION"}
)
_LEVELS = {"ERROR": "error", "DEFAULT": "ok", "DEBUG": "ok", "WARNING": "ok"}
_COSTS = ("totalCost", "total_cost", "calculatedTotalCost", "calculated_total_cost")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    kind = str(row.first("type") or "TRACE").upper()
    if kind not in _OPERATIONS:
        return [Skipped(reason=f"langfuse_{kind.lower() if kind in _KINDS else 'other'}")]
    return outcomes_of(_reading(row, kind, options), options)


def _reading(row: ExportRow, kind: str, options: DecodeOptions) -> Reading:
    metadata, parameters = row.part("metadata"), row.part("modelParameters", "model_parameters")
    attributes = metadata.part("attributes")
    counts, unread, disjoint = _counts(row)
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("startTime", "start_time")),
        "provider": metadata.first("ls_provider", "gen_ai.system", "provider")
        or attributes.first("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"),
        "request_model": _model(row),
        "operation": _OPERATIONS[kind],
        "task": labelled(options.task_attribute, metadata, row) or row.first("traceName", "trace_name"),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "conversation_id": row.first("sessionId", "session_id"),
        "prompt_template": row.first("promptName", "prompt_name"),
        "app_version": row.first("version", "release"),
        "status": _LEVELS.get(str(row.first("level") or "").upper()),
        "cost_usd": row.first(*_COSTS) or row.part("costDetails", "cost_details").first("total"),
        "temperature": parameters.first("temperature"),
        "top_p": parameters.first("top_p", "topP"),
        "seed": parameters.first("seed"),
        "max_tokens": parameters.first("max_completion_tokens", "max_tokens", "maxTokens", "max_output_tokens"),
        **_times(row),
        **prompt_fields(_prompt(row.first("input")), None, options),
        **answer_fields(structured(row.first("output"))),
        **counts,
    }
    return Reading(
        fields=fields,
        host=attributes.text("server.address"),
        input_excludes_cache=disjoint,
        output_excludes_reasoning=disjoint,
        unread=unread,
        response_id=attributes.text("gen_ai.response.id"),
    )


def _model(row: ExportRow) -> Any:
    return row.first("model", "providedModelName", "provided_model_name", "internalModel")


def _times(row: ExportRow) -> dict[str, Any]:
    start = row.first("startTime", "start_time")
    first = between_s(start, row.first("completionStartTime", "completion_start_time"))
    return {
        "duration_s": between_s(start, row.first("endTime", "end_time")),
        "time_to_first_token_s": row.first("timeToFirstToken") if first is None else first,
    }


def _prompt(found: Any) -> Any:
    """The messages, also where they stand in an object beside the tools."""
    content = structured(found)
    return content.get("messages", content) if isinstance(content, dict) else content


def _counts(row: ExportRow) -> tuple[dict[str, Any], tuple[str, ...], bool | None]:
    """Counts as written, keys that nothing reads, and whether the parts do not overlap.

    Langfuse adds the parts up to a total of its own; where only input and output add up to it, the parts are within
    them: so the total decides, and where there is none, Langfuse's rule does.
    """
    for place in ("usageDetails", "usage_details", "providedUsageDetails", "provided_usage_details", "usage"):
        found = row.part(place)
        if found:
            usage = usage_of({name: count for name, count in found.object().items() if name != "unit"})
            if usage.fields:
                return usage.fields, usage.unread, _disjoint(usage.fields, place)
    flat = {
        "input_tokens": row.first("inputUsage", "promptTokens", "prompt_tokens"),
        "output_tokens": row.first("outputUsage", "completionTokens", "completion_tokens"),
        "total_tokens": row.first("totalUsage", "totalTokens", "total_tokens"),
    }
    return {name: count for name, count in flat.items() if count is not None}, (), None


def _disjoint(fields: Mapping[str, Any], place: str) -> bool | None:
    if place == "usage":
        return None
    return None if "total_tokens" in fields else True
