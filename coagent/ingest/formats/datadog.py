"""Spans of Datadog LLM Observability: resources of its export API, and what its SDKs and its HTTP API take in.

Source: Datadog's docs of the Export API and of the Spans API: durations are nanoseconds, costs are estimated in
billionths of a US dollar, `time_to_first_token` is seconds. `non_cached_input_tokens` says what of the input the cache
did not have.
"""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.loose_json.objects import mappings
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"llm": "chat", "embedding": "embeddings"}
_KINDS = frozenset({"agent", "workflow", "tool", "task", "retrieval", "experiment"})
_PER_USD, _NANOS = 1e9, 1e9


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a span of a call to a model; other spans are skipped."""
    found = ExportRow(read_object(value))
    outcomes: list[Outcome] = []
    for index, row in enumerate(_rows(found)):
        kind = _kind(row)
        if kind in _OPERATIONS:
            outcomes += outcomes_of(_reading(row, kind, options), options, index)
        else:
            outcomes.append(Skipped(reason=f"datadog_{kind if kind in _KINDS else 'other'}", index=index))
    return outcomes or [Skipped(reason="no_records")]


def _rows(found: ExportRow) -> list[ExportRow]:
    """The spans of a page, of a payload of the intake, or the message itself."""
    pages = [ExportRow(one) for one in mappings(found.items("data"))] or [found.part("data") or found]
    spans: list[ExportRow] = []
    for page in pages:
        span = page.part("attributes") or page
        spans += [ExportRow(one) for one in mappings(span.items("spans"))] or [span]
    return spans


def _kind(row: ExportRow) -> str:
    return str(row.first("span_kind", "kind") or row.part("meta").first("span.kind", "kind")).lower()


def _reading(row: ExportRow, kind: str, options: DecodeOptions) -> Reading:
    meta = row.part("meta")
    metrics, metadata = row.part("metrics"), row.part("metadata") or meta.part("metadata")
    tags = _tags(row)
    asked = (row.part("input") or meta.part("input")).items("messages")
    fields = {
        "request_id": row.first("span_id", "id"),
        "time": time_of(row.first("start_ns")),
        "provider": row.first("model_provider") or meta.first("model_provider"),
        "request_model": row.first("model_name") or meta.first("model_name"),
        "operation": _OPERATIONS[kind],
        "task": tags.get(options.task_attribute or "") or row.first("ml_app") or tags.get("ml_app"),
        "tenant": tags.get(options.tenant_attribute or ""),
        "conversation_id": row.first("session_id"),
        "app_version": tags.get("version") or None,
        "status": {"ok": "ok", "error": "error"}.get(str(row.first("status"))),
        "error_type": error_type_of(meta.first("error.type") or tags.get("error_type")),
        "duration_s": scaled(row.first("duration"), _NANOS),
        "time_to_first_token_s": metrics.first("time_to_first_token"),
        "cost_usd": scaled(estimated_usd(metrics.first("estimated_total_cost")), _PER_USD),
        **_counts(metrics),
        **parameters_of(metadata),
        **prompt_fields(asked or None, None, options),
    }
    return Reading(fields=fields)


def _counts(metrics: ExportRow) -> dict[str, Any]:
    names = {
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "total_tokens": "total_tokens",
        "cached_input_tokens": "cache_read_input_tokens",
        "cache_write_tokens": "cache_write_input_tokens",
        "cache_write_5m_tokens": "ephemeral_5m_input_tokens",
        "cache_write_1h_tokens": "ephemeral_1h_input_tokens",
        "uncached_input_tokens": "non_cached_input_tokens",
        "reasoning_tokens": "reasoning_output_tokens",
    }
    return {field: metrics.first(name) for field, name in names.items()}


def _tags(row: ExportRow) -> Mapping[str, str]:
    written = (one for one in row.items("tags") if isinstance(one, str))
    return {name: value for name, _, value in (one.partition(":") for one in written)}
