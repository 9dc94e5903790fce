"""Helicone's requests: rows of its export, its query API and its ClickHouse table, one JSON object a message.

Source: `HeliconeRequest` of Helicone's helpers and the docs of `/v1/request/query-clickhouse`: delay and time to
first token in milliseconds, cost in US dollars; status -1 to -4 are Helicone's own (no answer, cancelled, pending).
"""

from typing import Any

from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import Usage, usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_RAW_PER_USD, _LEAST_RAW_COST = 1e9, 1000
_LEAST_HTTP = 100
_COUNTS = {
    "input_tokens": ("prompt_tokens", "request_tokens"),
    "output_tokens": ("completion_tokens", "response_tokens"),
    "total_tokens": ("total_tokens",),
    "cached_input_tokens": ("prompt_cache_read_tokens",),
    "cache_write_tokens": ("prompt_cache_write_tokens",),
    "cache_write_5m_tokens": ("prompt_cache_write_5m",),
    "cache_write_1h_tokens": ("prompt_cache_write_1h",),
    "reasoning_tokens": ("reasoning_tokens",),
    "input_audio_tokens": ("prompt_audio_tokens",),
    "output_audio_tokens": ("completion_audio_tokens",),
}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    return outcomes_of(_reading(ExportRow(read_object(value)), options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    asked, answered = row.part("request_body"), row.part("response_body")
    properties = row.part("properties", "request_properties")
    usage = _usage(row, answered)
    fields = {
        "request_id": row.first("request_id"),
        "time": time_of(row.first("request_created_at", "created_at")),
        "provider": _provider(row),
        "request_model": row.first("model_override", "request_model") or asked.first("model") or row.first("model"),
        "response_model": row.first("response_model") or answered.first("model"),
        "system_fingerprint": answered.first("system_fingerprint"),
        "service_tier": answered.first("service_tier") or asked.first("service_tier"),
        "task": labelled(options.task_attribute, properties, row),
        "tenant": labelled(options.tenant_attribute, properties, row),
        "conversation_id": properties.first("Helicone-Session-Id"),
        "prompt_template": row.first("prompt_id"),
        "stream": asked.first("stream"),
        "temperature": asked.first("temperature"),
        "top_p": asked.first("top_p"),
        "seed": asked.first("seed"),
        "max_tokens": asked.first("max_completion_tokens", "max_tokens", "max_output_tokens"),
        "cost_usd": _cost(row),
        "cache_hit": _cache_hit(row),
        **_times(row),
        **_outcome(row),
        **prompt_fields(asked.object().get("messages", asked.first("prompt", "input")), asked.first("tools"), options),
        **choice_fields(answered.object(), asked.first("response_format")),
        **usage.fields,
    }
    hit = fields["cache_hit"]
    return Reading(
        fields=fields,
        host=row.text("target_url"),
        unread=usage.unread,
        response_id=None if hit else answered.first("id"),
    )


def _provider(row: ExportRow) -> Any:
    """Helicone writes its providers in capitals; CUSTOM says that it does not know."""
    provider = row.first("provider")
    if not isinstance(provider, str):
        return provider
    return None if provider.upper() == "CUSTOM" else provider.lower()


def _cost(row: ExportRow) -> Any:
    """US dollars, but whole billionths of them in ClickHouse's own column, which no request reaches as dollars."""
    stated, cost = row.first("costUSD", "cost_usd"), row.first("cost")
    if stated is not None:
        return stated
    try:
        is_raw = float(cost) >= _LEAST_RAW_COST and float(cost).is_integer()
    except (TypeError, ValueError, OverflowError):
        return cost
    return scaled(cost, _RAW_PER_USD) if is_raw else cost


def _times(row: ExportRow) -> dict[str, Any]:
    start, delay = row.first("request_created_at", "created_at"), row.first("delay_ms", "latency")
    whole = between_s(start, row.first("response_created_at"))
    return {
        "duration_s": whole if delay is None else scaled(delay, 1e3),
        "time_to_first_token_s": scaled(row.first("time_to_first_token"), 1e3),
    }


def _outcome(row: ExportRow) -> dict[str, Any]:
    written = row.first("response_status", "status")
    try:
        status = int(written)
    except (TypeError, ValueError, OverflowError):
        return {}
    if status < _LEAST_HTTP:
        return {"status": "error", "error_type": "helicone_no_answer"} if status < 0 else {}
    return {"http_status": status, "status": status_of_code(status)}


def _cache_hit(row: ExportRow) -> bool | None:
    """A row of an answer from Helicone's cache names the request that had filled it."""
    if "cache_reference_id" not in row:
        return None
    reference = row.first("cache_reference_id")
    return reference is not None and str(reference).strip("0-") != ""


def _usage(row: ExportRow, answered: ExportRow) -> Usage:
    """The row's own counts; what they lack, the answer's usage may have."""
    counts = {field: row.first(*names) for field, names in _COUNTS.items()}
    known = {field: count for field, count in counts.items() if count is not None}
    said = usage_of(dict(answered.part("usage").object()))
    same = known.get("input_tokens") in (None, said.fields.get("input_tokens"))
    return Usage({**(said.fields if same else {}), **known}, said.unread if same else ())
