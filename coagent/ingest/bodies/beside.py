"""What stands beside a pair: canonical fields, which win, and the usual other names of time, duration and status."""

from typing import Any

from coagent.domain.request import Request
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.bodies.timings import timings_beside
from coagent.ingest.content.attributes import error_type_of, label_of
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.objects import either, first, mapping
from coagent.ingest.normalize.spellings import status_of_code
from coagent.ingest.options import DecodeOptions

_FIELDS = frozenset(Request.__struct_fields__) - {"attributes", "response_id"}
_COSTS = ("response_cost", "total_cost_usd", "cost")
_OUTCOMES = {"success": "ok", "succeeded": "ok", "completed": "ok", "failed": "error", "failure": "error"}


def fields_beside(exchange: Exchange, options: DecodeOptions) -> dict[str, Any]:
    """Canonical fields that stand beside the pair, known ones only."""
    beside = exchange.beside
    found = {
        **_named(exchange, options),
        **timings_beside(beside),
        **_status(exchange),
        **{name: value for name, value in beside.items() if name in _FIELDS and name != "status"},
    }
    return {name: value for name, value in found.items() if value is not None}


def cost_beside(exchange: Exchange) -> float | None:
    """What a library that keeps pairs says they cost, by its own prices, in US dollars: 0 where it knows none."""
    return number_of(first(exchange.beside, *_COSTS)) or None


def failed(exchange: Exchange) -> dict[str, Any]:
    """Status and error type of an exchange that has an error in place of an answer; {} where it has none."""
    body = exchange.body
    error = first(body, "error", "Error") or exchange.error or (body if body.get("object") == "error" else None)
    if not error and body.get("type") != "error" and not _is_failure(exchange):
        return {}
    named = mapping(mapping(error).get("error")) or mapping(error)
    kinds = [error, *(named.get(name) for name in ("type", "status", "code", "Code")), body.get("__type")]
    kind = next((kind for kind in kinds if isinstance(kind, str)), None)
    return {"status": "error", **({} if kind is None else {"error_type": error_type_of(kind)})}


def _is_failure(exchange: Exchange) -> bool:
    said = _status(exchange)
    return said.get("status") == "error" or status_of_code(said.get("http_status")) == "error"


def _named(exchange: Exchange, options: DecodeOptions) -> dict[str, Any]:
    """Task and tenant out of the metadata that stand beside the pair, in the request or in the response."""
    names = {"task": options.task_attribute, "tenant": options.tenant_attribute}
    if not any(names.values()):
        return {}
    places = [mapping(exchange.beside.get("metadata")), exchange.beside]
    places += [mapping(exchange.request.get(name)) for name in ("metadata", "labels", "requestMetadata")]
    places.append(mapping(exchange.body.get("metadata")))
    return {field: label_of(either(name, *places)) for field, name in names.items() if name}


def _status(exchange: Exchange) -> dict[str, Any]:
    written = exchange.beside.get("status")
    outcome = (_OUTCOMES.get(written, written) or None) if isinstance(written, str) else None
    code = exchange.http_status or first(exchange.beside, "status_code", "statusCode", "http_status")
    if code is None and number_of(written) is not None:
        return {"http_status": written}
    unknown = outcome and outcome not in {"ok", "error"}
    return {"http_status": code, "status": "error" if unknown and exchange.batch else outcome}
