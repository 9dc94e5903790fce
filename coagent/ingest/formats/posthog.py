"""PostHog's `$ai_generation` and `$ai_embedding` events, as its API and its batch exports write them.

Source: PostHog's docs of LLM analytics and its ingestion (`$ai_cache_reporting_exclusive` says how the producer
counts): latency and time to first token in seconds, the event's time is when the answer was there.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_OPERATIONS = {"$ai_generation": "chat", "$ai_embedding": "embeddings"}
_COUNTS = {
    "input_tokens": "$ai_input_tokens",
    "output_tokens": "$ai_output_tokens",
    "total_tokens": "$ai_total_tokens",
    "cached_input_tokens": "$ai_cache_read_input_tokens",
    "cache_write_tokens": "$ai_cache_creation_input_tokens",
    "cache_write_5m_tokens": "$ai_cache_creation_5m_input_tokens",
    "cache_write_1h_tokens": "$ai_cache_creation_1h_input_tokens",
    "reasoning_tokens": "$ai_reasoning_tokens",
    "input_audio_tokens": "$ai_audio_input_tokens",
    "output_audio_tokens": "$ai_audio_output_tokens",
}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    if str(row.first("event")) not in _OPERATIONS:
        return [Skipped(reason="posthog_other_event")]
    return outcomes_of(_reading(row, row.part("properties"), options), options)


def _reading(row: ExportRow, known: ExportRow, options: DecodeOptions) -> Reading:
    parameters = known.part("$ai_model_parameters")
    failed = str(known.first("$ai_is_error")).lower() == "true" or known.first("$ai_error") is not None
    fields = {
        "request_id": known.first("$ai_span_id", "$ai_generation_id") or row.first("uuid"),
        "time": _start(row, known),
        "provider": known.first("$ai_provider"),
        "request_model": known.first("$ai_model"),
        "operation": _OPERATIONS[str(row.first("event"))],
        "task": labelled(options.task_attribute, known) or known.first("$ai_span_name"),
        "tenant": labelled(options.tenant_attribute, known),
        "conversation_id": known.first("$ai_session_id"),
        "prompt_template": known.first("$ai_prompt_name"),
        "stream": known.first("$ai_stream"),
        "temperature": known.first("$ai_temperature") or parameters.first("temperature"),
        "top_p": parameters.first("top_p"),
        "max_tokens": known.first("$ai_max_tokens") or parameters.first("max_completion_tokens", "max_tokens"),
        "finish_reason": known.first("$ai_stop_reason"),
        "status": "error" if failed else "ok",
        "http_status": known.first("$ai_http_status") or None,
        "error_type": error_type_of(known.first("$ai_error_type")),
        "duration_s": known.first("$ai_latency"),
        "time_to_first_token_s": known.first("$ai_time_to_first_token"),
        "cost_usd": estimated_usd(known.first("$ai_total_cost_usd")),
        **{field: known.first(name) for field, name in _COUNTS.items()},
        **prompt_fields(structured(known.first("$ai_input")), known.first("$ai_tools"), options),
    }
    return Reading(
        fields=fields,
        host=known.text("$ai_base_url"),
        input_excludes_cache=_excludes_cache(known),
    )


def _start(row: ExportRow, known: ExportRow) -> Any:
    written = row.first("timestamp", "created_at") or known.first("timestamp")
    end = moment_s(written)
    if end is None:
        return written
    try:
        return end - max(float(known.first("$ai_latency") or 0.0), 0.0)
    except (TypeError, ValueError, OverflowError):
        return end


def _excludes_cache(known: ExportRow) -> bool | None:
    """As the producer says; where it says nothing, PostHog takes Anthropic's counts as Anthropic's API has them."""
    said = {"true": True, "false": False}.get(str(known.first("$ai_cache_reporting_exclusive")).lower())
    return True if said is None and str(known.first("$ai_provider")).lower() == "anthropic" else said
