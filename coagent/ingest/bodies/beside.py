"""What stands beside a pair: canonical fields, which win, and the usual other names of time, duration and status."""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Noted
from coagent.domain.request import Request
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.bodies.values import either, first, mapping, moment_s, number_of, seconds_of_ms
from coagent.ingest.content.attributes import error_type_of, label_of
from coagent.ingest.options import DecodeOptions, Outcome

_FIELDS = frozenset(Request.__struct_fields__) - {"attributes", "response_id"}
_STARTS = (
    "started_at", "start_time", "startTime", "start", "request_time", "requested_at", "request_timestamp", "timestamp",
    "created_at", "createdAt", "ts", "datetime", "date", "@timestamp", "logged_at",
)  # fmt: skip
_ENDS = ("ended_at", "end_time", "endTime", "end", "completed_at", "finished_at", "processed_time")
_SECONDS: Mapping[str, tuple[str, ...]] = {
    "duration_s": ("duration_seconds", "latency_s", "latency_seconds", "elapsed_s", "elapsed_seconds", "elapsed"),
    "time_to_first_token_s": ("ttft_s", "ttft_seconds", "time_to_first_token", "first_token_s"),
}
_MILLISECONDS: Mapping[str, tuple[str, ...]] = {
    "duration_s": (
        "duration_ms", "durationMs", "latency_ms", "latencyMs", "elapsed_ms", "elapsedMs", "response_time_ms",
        "response_ms", "request_duration_ms", "total_ms",
    ),
    "time_to_first_token_s": ("ttft_ms", "ttftMs", "time_to_first_token_ms", "first_token_ms"),
}  # fmt: skip
_FIRST_ERROR = 400
"""HTTP's client and server errors."""
_UNITLESS = ("latency", "duration", "response_time", "took")
_OUTCOMES = {"success": "ok", "succeeded": "ok", "completed": "ok", "failed": "error", "failure": "error"}


def fields_beside(exchange: Exchange, options: DecodeOptions) -> dict[str, Any]:
    """Canonical fields that stand beside the pair, known ones only."""
    beside = exchange.beside
    found = {
        **_named(exchange, options),
        **_measured(beside),
        **_timed(beside),
        **_status(exchange),
        **{name: value for name, value in beside.items() if name in _FIELDS and name != "status"},
    }
    return {name: value for name, value in found.items() if value is not None}


def failed(exchange: Exchange) -> dict[str, Any]:
    """Status and error type of an exchange that has an error in place of an answer; {} where it has none."""
    body = exchange.body
    error = body.get("error") or exchange.error
    if not error and body.get("type") != "error" and not _is_failure(exchange):
        return {}
    named = mapping(mapping(error).get("error")) or mapping(error)
    kinds = [error, *(named.get(name) for name in ("type", "status", "code")), body.get("__type")]
    kind = next((kind for kind in kinds if isinstance(kind, str)), None)
    return {"status": "error", **({} if kind is None else {"error_type": error_type_of(kind)})}


def unit_unknown(exchange: Exchange, index: int) -> list[Outcome]:
    """What beside a pair looks like its duration and does not say its unit: it is not guessed."""
    known = {*_measured(exchange.beside), *_timed(exchange.beside), *exchange.beside}
    found = () if "duration_s" in known else (name for name in _UNITLESS if name in exchange.beside)
    return [
        Noted(
            reason=f"unit_unknown:{name}",
            detail=f"{name} does not name its unit: write {name}_s or {name}_ms",
            index=index,
        )
        for name in found
    ]


def time_otherwise(exchange: Exchange) -> float | None:
    """When the request was at the latest, epoch seconds, where neither body nor pair says when it began: its end
    (`processed_time` of a batch), else the answer's `date` header less what the server says it took.
    """
    answered = moment_s(exchange.headers.get("date"))
    took = number_of(exchange.headers.get("openai-processing-ms")) or 0.0
    end = moment_s(first(exchange.beside, *_ENDS))
    return answered - took / 1000 if end is None and answered is not None else end


def _is_failure(exchange: Exchange) -> bool:
    said = _status(exchange)
    return said.get("status") == "error" or (number_of(said.get("http_status")) or 0) >= _FIRST_ERROR


def _named(exchange: Exchange, options: DecodeOptions) -> dict[str, Any]:
    """Task and tenant out of the metadata that stand beside the pair, in the request or in the response."""
    places = [mapping(exchange.beside.get("metadata")), exchange.beside]
    places += [mapping(exchange.request.get(name)) for name in ("metadata", "labels", "requestMetadata")]
    places.append(mapping(exchange.body.get("metadata")))
    names = {"task": options.task_attribute, "tenant": options.tenant_attribute}
    return {field: label_of(either(name, *places)) for field, name in names.items() if name}


def _measured(beside: Mapping[str, Any]) -> dict[str, Any]:
    found = {field: seconds_of_ms(first(beside, *names)) for field, names in _MILLISECONDS.items()}
    found |= {field: value for field, names in _SECONDS.items() if (value := first(beside, *names)) is not None}
    return {field: value for field, value in found.items() if value is not None}


def _timed(beside: Mapping[str, Any]) -> dict[str, Any]:
    """The start, or the end less the duration; the duration from both."""
    start, end = moment_s(first(beside, "time", *_STARTS)), moment_s(first(beside, *_ENDS))
    took = number_of(first({**_measured(beside), **beside}, "duration_s"))
    if start is None:
        return {} if end is None or took is None else {"time": end - took}
    return {"time": start, **({"duration_s": end - start} if end is not None and took is None else {})}


def _status(exchange: Exchange) -> dict[str, Any]:
    written = exchange.beside.get("status")
    outcome = (_OUTCOMES.get(written, written) or None) if isinstance(written, str) else None
    code = exchange.http_status or first(exchange.beside, "status_code", "statusCode", "http_status")
    if code is None and number_of(written) is not None:
        return {"http_status": written}
    unknown = outcome and outcome not in {"ok", "error"}
    return {"http_status": code, "status": "error" if unknown and exchange.batch else outcome}
