"""Logs of Cloudflare's AI Gateway: a page of its API, {"result": […]}, or one log.

Source: Cloudflare's API reference of AI Gateway logs; `duration` is milliseconds, `cost` US dollars. The token
counts of an answer from the gateway's cache are those of the answer that was stored.
"""

from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.formats.export_labels import labelled
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

_STATUSES = {"true": "ok", "1": "ok", "false": "error", "0": "error"}
_EMBEDDINGS = "embed"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a log."""
    found = read_object(value)
    listed = found.get("result")
    rows = mappings(listed) if isinstance(listed, list) else [listed if isinstance(listed, dict) else found]
    outcomes: list[Outcome] = []
    for index, row in enumerate(rows):
        outcomes += outcomes_of(_reading(ExportRow(row), options), options, index)
    return outcomes or [Skipped(reason="no_records")]


def _reading(row: ExportRow, options: DecodeOptions) -> Reading:
    metadata = row.part("metadata")
    return Reading(
        fields={
            "request_id": row.first("id"),
            "time": time_of(row.first("created_at")),
            "provider": row.first("provider"),
            "request_model": row.first("model"),
            "operation": "embeddings" if _EMBEDDINGS in str(row.first("path")) else "chat",
            "task": labelled(options.task_attribute, metadata, row),
            "tenant": labelled(options.tenant_attribute, metadata, row),
            "input_tokens": row.first("tokens_in"),
            "output_tokens": row.first("tokens_out"),
            "duration_s": scaled(row.first("duration"), 1e3),
            "cost_usd": _cost(row),
            "cache_hit": row.first("cached"),
            "status": _STATUSES.get(str(row.first("success")).lower()),
            "http_status": row.first("status_code"),
        }
    )


def _cost(row: ExportRow) -> Any:
    """An answer from the gateway's cache cost nothing."""
    is_cached = str(row.first("cached")).lower() in {"true", "1"}
    return row.first("cost") if is_cached else estimated_usd(row.first("cost"))
