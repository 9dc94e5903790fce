"""Rows of Portkey's logs export, one JSON object a message.

Source: Portkey's docs of its logs export: response time in milliseconds, cost in US cents, stream mode TRUE or FALSE.
"""

from typing import Any

from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_CACHE = {"HIT": True, "SEMANTIC HIT": True, "MISS": False, "SEMANTIC MISS": False, "DISABLED": False}
_STATUSES = {"1": "ok", "0": "error", "true": "ok", "false": "error"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    return outcomes_of(_reading(ExportRow(read_object(value)), options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    request, response = row.part("request"), row.part("response")
    asked, answered = request.part("body"), response.part("body")
    metadata = row.part("metadata")
    usage = usage_of(dict(answered.part("usage").object()))
    counts = {
        "input_tokens": row.first("req_units", "prompt_tokens"),
        "output_tokens": row.first("res_units", "completion_tokens"),
        "total_tokens": row.first("total_units", "total_tokens"),
    }
    fields = {
        "request_id": row.first("id"),
        "time": time_of(row.first("created_at")),
        "provider": row.first("ai_org", "ai_provider"),
        "request_model": asked.first("model") or row.first("ai_model"),
        "response_model": answered.first("model") or row.first("ai_model"),
        "system_fingerprint": answered.first("system_fingerprint"),
        "service_tier": answered.first("service_tier") or asked.first("service_tier"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "prompt_template": row.first("prompt_slug", "prompt_id"),
        "stream": row.first("stream_mode", "is_streaming"),
        "temperature": asked.first("temperature"),
        "top_p": asked.first("top_p"),
        "seed": asked.first("seed"),
        "max_tokens": asked.first("max_completion_tokens", "max_tokens"),
        "status": _STATUSES.get(str(row.first("is_success")).lower()),
        "http_status": row.first("response_status_code"),
        "duration_s": scaled(row.first("response_time"), 1e3),
        "cost_usd": _usd(row),
        "cache_hit": _CACHE.get(str(row.first("cache_status")).upper()),
        **prompt_fields(asked.object().get("messages"), asked.first("tools"), options),
        **choice_fields(answered.object(), asked.first("response_format")),
        **usage.fields,
        **{name: count for name, count in counts.items() if count is not None},
    }
    hit = fields["cache_hit"]
    response_id = None if hit else answered.first("id")
    return Reading(fields=fields, host=row.text("request_url"), unread=usage.unread, response_id=response_id)


def _usd(row: ExportRow) -> Any:
    """Cents of dollars; what another currency would be in dollars is unknown."""
    return scaled(row.first("cost"), 1e2) if str(row.first("cost_currency") or "USD").upper() == "USD" else None
