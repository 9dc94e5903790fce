"""Langfuse observations: exports of the UI, of its API and of blob storage, one JSON object a message.

Source: langfuse `observations_converters.ts`, `observation-stream.ts` and the field reference of the blob storage
export. The keys of `usageDetails` are parts that do not overlap and add up to `total`. `latency` is seconds in the
API and milliseconds in the UI's export, so it is read from start and end alone; `timeToFirstToken` is seconds in
both, blob storage writes milliseconds.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.objects import mapping, mappings, text
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"GENERATION": "chat", "EMBEDDING": "embeddings"}
_KINDS = frozenset(
    {"SPAN", "EVENT", "TRACE", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "GUARDRAIL", "SCORE", "SESSION"}
)
_LEVELS = {"ERROR": "error", "DEFAULT": "ok", "DEBUG": "ok", "WARNING": "ok"}
_NO_COUNTS = frozenset({"unit", "inputCost", "outputCost", "totalCost", "input_cost", "output_cost", "total_cost"})
_TOKENS = "TOKENS"
_ACTIONS, _EVENT_KINDS = frozenset({"create", "update"}), frozenset({"generation", "span", "event", "embedding"})
"""Of the ingestion API's events those of observations."""
_WHOLES = ("input_tokens", "output_tokens")
_PARTS = (
    *("cached_input_tokens", "cache_write_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("reasoning_tokens", "input_audio_tokens", "output_audio_tokens"),
)
_COSTS = ("totalCost", "total_cost", "calculatedTotalCost", "calculated_total_cost")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none; of a trace all that it holds."""
    row = ExportRow(read_object(value))
    if batch := row.items("batch"):
        return _of_events(batch, options)
    within = [one for one in row.items("observations") if isinstance(one, dict)]
    if within:
        rows = (ExportRow(_of_trace(row) | one) for one in within)
        return [outcome for index, one in enumerate(rows) for outcome in _outcomes(one, options, index)]
    return _outcomes(row, options, 0)


def _of_events(batch: list[Any], options: DecodeOptions) -> list[Outcome]:
    """What SDKs send to the ingestion API: later events of an observation complete the earlier ones."""
    found: dict[Any, dict[str, Any]] = {}
    for place, event in enumerate(mappings(batch)):
        kind, _, action = text(event.get("type")).partition("-")
        body = mapping(event.get("body"))
        if action in _ACTIONS and kind in _EVENT_KINDS:
            known = {name: value for name, value in body.items() if value is not None}
            one = found.setdefault(text(body.get("id")) or place, {})
            one |= known | {"type": kind.upper()}
    outcomes: list[Outcome] = []
    for index, one in enumerate(found.values()):
        row = ExportRow(one)
        half = _half(row) if one["type"] in _OPERATIONS else None
        outcomes += [Skipped(reason=half, index=index)] if half else _outcomes(row, options, index)
    return outcomes or [Skipped(reason="no_records")]


def _half(row: ExportRow) -> str | None:
    """Why the events of an observation are not all that it has: SDKs send each second what they have by then."""
    if row.first("startTime") is None:
        return "update_without_start"
    ended = row.first("endTime") is not None or str(row.first("level")).upper() == "ERROR"
    return None if ended or row.part("usage", "usageDetails") else "unfinished_response"


def _outcomes(row: ExportRow, options: DecodeOptions, index: int) -> list[Outcome]:
    kind = str(row.first("type") or "TRACE").upper()
    if kind not in _OPERATIONS:
        return [Skipped(reason=f"langfuse_{kind.lower() if kind in _KINDS else 'other'}", index=index)]
    return outcomes_of(_reading(row, kind, options), options, index)


def _of_trace(row: ExportRow) -> dict[str, Any]:
    """What a trace with its observations says of each."""
    known = {name: row.first(name) for name in ("sessionId", "release")} | {"traceName": row.first("name")}
    return {name: value for name, value in known.items() if value is not None}


def _reading(row: ExportRow, kind: str, options: DecodeOptions) -> Reading:
    metadata, parameters = row.part("metadata"), row.part("modelParameters", "model_parameters")
    attributes = metadata.part("attributes")
    counts, unread, beside = _counts(row)
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
        input_excludes_cache=beside,
        output_excludes_reasoning=beside,
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
    """Counts as written, keys that nothing reads, and whether the parts of input and output are beside them. What is
    counted in another unit are no tokens.
    """
    if str(row.part("usage").first("unit") or row.first("unit") or _TOKENS).upper() != _TOKENS:
        return {}, (), None
    for place in ("usageDetails", "usage_details", "providedUsageDetails", "provided_usage_details", "usage"):
        found = row.part(place)
        if found:
            usage = usage_of({name: count for name, count in found.object().items() if name not in _NO_COUNTS})
            if usage.fields:
                return _with_audio(usage.fields, beside := _beside(usage.fields)), usage.unread, beside
    flat = {
        "input_tokens": row.first("inputUsage", "promptTokens", "prompt_tokens"),
        "output_tokens": row.first("outputUsage", "completionTokens", "completion_tokens"),
        "total_tokens": row.first("totalUsage", "totalTokens", "total_tokens"),
    }
    return {name: count for name, count in flat.items() if count is not None}, (), None


def _beside(fields: Mapping[str, Any]) -> bool | None:
    """Langfuse adds all parts up to a total, and says that they do not overlap. Where input and output alone are the
    total, who filled it in counted the parts within them.
    """
    whole, parts = _sum(fields, _WHOLES), _sum(fields, _PARTS)
    total = fields.get("total_tokens")
    if total is None or (parts and total == whole + parts):
        return True
    return False if total == whole else None


def _with_audio(fields: dict[str, Any], beside: bool | None) -> dict[str, Any]:
    if not beside:
        return fields
    audio = {"input_tokens": "input_audio_tokens", "output_tokens": "output_audio_tokens"}
    return fields | {name: _sum(fields, (name, part)) for name, part in audio.items() if fields.get(part)}


def _sum(fields: Mapping[str, Any], names: Iterable[str]) -> float:
    counts = map(fields.get, names)
    return sum(count for count in counts if isinstance(count, int | float) and not isinstance(count, bool))
