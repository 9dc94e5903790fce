"""Rows of the LiteLLM proxy's table `LiteLLM_SpendLogs` as queues, Postgres and CSV give them, a JSON object each.

Source: litellm 1.109, `proxy/schema.prisma` and `proxy/spend_tracking/spend_tracking_utils.py`: JSON columns are text
there, `cache_hit` is "True", "False" or "None", times have no zone and are UTC, and where a call was not streamed its
completion starts when it ends.
"""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.usage_details import Usage, usage_of
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.litellm_terms import (
    attempt_fields,
    error_fields,
    excludes_cache,
    label_in,
    operation_of,
    other_call,
    status_of,
    tag_of,
)
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused, rejecting

_START = ("startTime", "start_time", "starttime")
_END = ("endTime", "end_time", "endtime")
_FIRST = ("completionStartTime", "completion_start_time", "completionstarttime")
"""As the proxy writes them, and as warehouses fold them."""
_NONE = (None, 0, "0")
_NO_USAGE = Usage({}, ())


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    if "api_requests" in row:
        raise Refused(
            "not_read:usage_report",
            "this looks like sums of a day, which have no single requests: export LiteLLM_SpendLogs instead",
        )
    if other := other_call(row.first("call_type")):
        return [Skipped(reason=other)]
    return outcomes_of(_reading(row, options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    metadata = row.part("metadata")
    error = metadata.part("error_information")
    usage = _usage(row, metadata)
    fields = {
        "request_id": row.first("request_id"),
        "time": time_of(row.first(*_START)),
        "provider": row.first("custom_llm_provider") or _listed(metadata) or error.first("llm_provider"),
        "request_model": row.first("model_group", "model"),
        "response_model": _deployed(row),
        "operation": operation_of(row.first("call_type")),
        "task": _task(row, metadata, options.task_attribute),
        "tenant": _tenant(row, metadata, options.tenant_attribute),
        "conversation_id": row.first("session_id"),
        "status": status_of(row.first("status") or metadata.first("status")),
        "cost_usd": row.first("spend"),
        "cache_hit": row.first("cache_hit"),
        **error_fields(error.first("error_code"), error.first("error_class")),
        **attempt_fields(metadata.first("attempted_retries"), metadata.first("attempted_fallbacks")),
        **_times(row),
        **usage.fields,
    }
    return Reading(
        fields=fields,
        host=row.text("api_base"),
        input_excludes_cache=excludes_cache(fields),
        unread=usage.unread,
    )


def _task(row: ExportRow, metadata: ExportRow, name: str | None) -> Any:
    """The tag of the configured name, else the caller's metadata."""
    return (tag_of(row.items("request_tags"), name) or label_in(metadata.object(), name)) if name else None


def _tenant(row: ExportRow, metadata: ExportRow, name: str | None) -> Any:
    named = label_in(metadata.object(), name) if name else None
    return row.first("team_id") if named is None else named


def _listed(metadata: ExportRow) -> Any:
    return metadata.part("model_map_information").part("model_map_value").first("litellm_provider")


def _deployed(row: ExportRow) -> Any:
    """The model that an alias stands for."""
    model = row.first("model")
    return model if row.first("model_group") not in (None, model) else None


def _times(row: ExportRow) -> dict[str, Any]:
    start, end = row.first(*_START), row.first(*_END)
    first = row.first(*_FIRST)
    return {
        "duration_s": between_s(start, end),
        "time_to_first_token_s": between_s(start, first) if between_s(first, end) else None,
    }


def _usage(row: ExportRow, metadata: ExportRow) -> Usage:
    """The row's own totals, with the parts that its metadata names. A failed call's 0 is unknown."""
    known = usage_of(
        dict(metadata.part("additional_usage_values").object()) | dict(metadata.part("usage_object").object())
    )
    totals: Mapping[str, Any] = {
        "input_tokens": row.first("prompt_tokens"),
        "output_tokens": row.first("completion_tokens"),
        "total_tokens": row.first("total_tokens"),
    }
    said = {name: count for name, count in totals.items() if count not in _NONE}
    if not said and not any(known.fields.values()):
        return _NO_USAGE
    return Usage({**totals, **known.fields, **said}, known.unread)
