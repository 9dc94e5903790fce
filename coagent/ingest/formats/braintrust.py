"""Braintrust's spans, as its API and its exports write them, one JSON object a message.

Source: Braintrust's API reference and its docs of custom metrics: `metrics.start` and `end` in epoch seconds,
`time_to_first_token` in seconds, prompt tokens with their cached ones, cost in US dollars.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import between_s, time_of
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_KINDS = frozenset({"task", "eval", "function", "tool", "score", "automation", "facet", "preprocessor", "review"})
_OTHER_METRICS = frozenset(
    {"start", "end", "time_to_first_token", "caller_line", "duration", "estimated_cost", "cost", "retries", "cached"}
)


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what of it is not believed, or why there is none."""
    row = ExportRow(read_object(value))
    kind = str(row.part("span_attributes").first("type")).lower()
    if kind != "llm":
        return [Skipped(reason=f"braintrust_{kind if kind in _KINDS else 'other'}")]
    return outcomes_of(_reading(row, options), options)


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    metrics, metadata = row.part("metrics"), row.part("metadata")
    counted = {name: value for name, value in metrics.object().items() if name not in _OTHER_METRICS}
    usage, start = usage_of(counted), metrics.first("start")
    fields = {
        "request_id": row.first("span_id", "id"),
        "time": time_of(row.first("created") if start is None else start),
        "provider": metadata.first("provider"),
        "request_model": metadata.first("model"),
        "task": labelled(options.task_attribute, metadata, row),
        "tenant": labelled(options.tenant_attribute, metadata, row),
        "temperature": metadata.first("temperature"),
        "top_p": metadata.first("top_p"),
        "seed": metadata.first("seed"),
        "max_tokens": metadata.first("max_completion_tokens", "max_tokens"),
        "stream": metadata.first("stream"),
        "status": "error" if row.first("error") else "ok",
        "cost_usd": _cost(metrics),
        "cache_hit": _cache_hit(metrics),
        "duration_s": between_s(start, metrics.first("end")),
        "time_to_first_token_s": metrics.first("time_to_first_token"),
        **prompt_fields(structured(row.first("input")), metadata.first("tools"), options),
        **usage.fields,
    }
    return Reading(fields=fields, unread=usage.unread)


def _cost(metrics: ExportRow) -> Any:
    """An answer from the proxy's cache cost nothing; any other 0 stands where no price is known."""
    written = metrics.first("estimated_cost", "cost")
    return written if _cache_hit(metrics) else estimated_usd(written)


def _cache_hit(metrics: ExportRow) -> Any:
    """Braintrust's proxy counts an answer from its cache as 1."""
    return {"0": False, "1": True}.get(str(metrics.first("cached")))
