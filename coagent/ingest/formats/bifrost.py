"""Rows of Bifrost's log store, as its API and its log exports write them.

Source: Bifrost's types of logs: `latency` in milliseconds, `cost` in US dollars by its own prices, prompt tokens with
those that the provider's cache was read for and written with; an alias is what the caller asked for.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.content.usage import usage_counts
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_parameters import parameters_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import number_of, scaled
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"embedding": "embeddings", "text.completion": "text_completion"}
_STATUSES = {"success": "ok", "error": "error", "cancelled": "error"}
_DETAILS = {"cached_read_tokens": "cached_tokens", "cached_write_tokens": "cache_write_tokens"}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request; rows of requests in progress are skipped."""
    row = ExportRow(read_object(value))
    if row.first("status") == "processing":
        return [Skipped(reason="unfinished_response")]
    return outcomes_of(_reading(row, options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    error, params, metadata = row.part("error_details"), row.part("params"), row.part("metadata")
    kind = row.first("object", "object_type")
    return Reading(
        fields={
            "request_id": row.first("id"),
            "time": time_of(row.first("timestamp")),
            "provider": row.first("provider"),
            "request_model": row.first("alias", "model"),
            "response_model": row.first("model"),
            "operation": _OPERATIONS.get(str(kind), "chat"),
            "task": labelled(options.task_attribute, metadata, row),
            "tenant": labelled(options.tenant_attribute, metadata, row) or row.first("team_id"),
            "prompt_template": row.first("selected_prompt_name"),
            "finish_reason": row.first("stop_reason"),
            "duration_s": scaled(row.first("latency"), 1e3),
            "cost_usd": estimated_usd(row.first("cost")),
            "cache_hit": row.part("cache_debug").first("cache_hit"),
            "attempt": _one_more(row.first("number_of_retries")),
            "is_fallback": _is_later(row.first("fallback_index")),
            "http_status": error.first("status_code"),
            "error_type": error_type_of(error.part("error").first("type", "code")),
            "status": _STATUSES.get(str(row.first("status"))),
            **parameters_of(params),
            "stream": row.first("stream"),
            **prompt_fields(structured(row.first("input_history")) or None, params.first("tools"), options),
            **answer_fields(structured(row.first("output_message"))),
            **usage_counts(_usage(row)),
        }
    )


def _usage(row: ExportRow) -> dict[str, Any]:
    """With the names that OpenAI has for the cache."""
    usage = dict(row.part("token_usage").object())
    details = row.part("token_usage").part("prompt_tokens_details").object()
    named = {_DETAILS.get(name, name): count for name, count in details.items()}
    return usage | {"prompt_tokens_details": named} if named else usage


def _one_more(retries: Any) -> int | None:
    number = number_of(retries)
    return None if number is None or not number.is_integer() else int(number) + 1


def _is_later(place: Any) -> bool | None:
    number = number_of(place)
    return None if number is None else number > 0
