"""Log entries of Kong's AI Gateway, as its logging plugins write them (Kafka, HTTP, file), one JSON object a request.

Source: Kong's AI audit log reference: `ai.proxy` from 3.8 on, `ai.<plugin>` before, each with `usage` and `meta`; times
are milliseconds; the cost is what the plugin's configured prices make of it, 0 where none are configured.
"""

from coagent.domain.rejected import Skipped
from coagent.ingest.content.usage_details import usage_of
from coagent.ingest.formats.export_labels import labelled
from coagent.ingest.formats.export_row import ExportRow
from coagent.ingest.formats.tool_estimate import estimated_usd
from coagent.ingest.loose_json.moments import time_of
from coagent.ingest.loose_json.numbers import scaled
from coagent.ingest.loose_json.objects import mappings
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

_NO_COUNTS = frozenset({"cost", "time_per_token", "time_to_first_token", "input_cost", "output_cost"})
_OLD = {"prompt_token": "prompt_tokens", "completion_token": "completion_tokens", "total_token": "total_tokens"}
_MODES = {"stream": True, "oneshot": False}
_HITS = {"hit": True, "miss": False, "bypass": False, "refresh": False}


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request for each plugin that called a model; entries of other requests are skipped."""
    row = ExportRow(read_object(value))
    asked = row.part("ai")
    plugins = [asked.part(name) for name in asked.object() if asked.part(name).part("meta")]
    outcomes: list[Outcome] = []
    for index, plugin in enumerate(plugins):
        outcomes += outcomes_of(_reading(row, plugin, options), options, index)
    return outcomes or [Skipped(reason="not_a_model_request")]


def _reading(row: ExportRow, plugin: ExportRow, options: DecodeOptions) -> Reading:
    meta, counted, cache = plugin.part("meta"), plugin.part("usage"), plugin.part("cache")
    usage = usage_of(
        {_OLD.get(name, name): value for name, value in counted.object().items() if name not in _NO_COUNTS}
    )
    code = row.part("response").first("status")
    fields = {
        "request_id": row.part("request").first("id"),
        "time": time_of(row.first("started_at")),
        "provider": meta.first("provider_name"),
        "request_model": meta.first("request_model"),
        "response_model": meta.first("response_model"),
        "task": labelled(options.task_attribute, row.part("route"), row),
        "tenant": labelled(options.tenant_attribute, row.part("consumer"), row),
        "stream": _MODES.get(str(meta.first("request_mode"))),
        "duration_s": scaled(meta.first("llm_latency"), 1e3),
        "time_to_first_token_s": scaled(counted.first("time_to_first_token"), 1e3),
        "cost_usd": estimated_usd(counted.first("cost")),
        "cache_hit": _HITS.get(str(cache.first("cache_status")).lower()),
        "http_status": code,
        "status": status_of_code(code),
        **usage.fields,
    }
    return Reading(fields=fields, host=_upstream(row), unread=usage.unread)


def _upstream(row: ExportRow) -> str | None:
    """The host of the last server that was tried."""
    tries = mappings(row.items("tries"))
    host = tries[-1].get("hostname") if tries else None
    return host if isinstance(host, str) else None
