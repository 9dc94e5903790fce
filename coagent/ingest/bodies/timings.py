"""When a request began and how long it took, by the usual names of both beside a pair."""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Noted
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.objects import mapping
from coagent.ingest.options import Outcome

_STARTS = frozenset({
    "started_at", "start_time", "startTime", "start", "request_time", "requested_at", "request_timestamp", "timestamp",
    "created_at", "createdAt", "ts", "datetime", "date", "@timestamp", "logged_at",
})  # fmt: skip
_ENDS = frozenset({"ended_at", "end_time", "endTime", "end", "completed_at", "finished_at", "processed_time"})
_WHOLE, _FIRST = "duration_s", "time_to_first_token_s"
_SECONDS = {
    **dict.fromkeys(("duration_seconds", "latency_s", "latency_seconds", "elapsed_s", "elapsed_seconds"), _WHOLE),
    **dict.fromkeys(("ttft_s", "ttft_seconds", "time_to_first_token", "first_token_s"), _FIRST),
    "elapsed": _WHOLE,
}
_MILLISECONDS = {
    **dict.fromkeys(("duration_ms", "durationMs", "latency_ms", "latencyMs", "elapsed_ms", "elapsedMs"), _WHOLE),
    **dict.fromkeys(("response_time_ms", "response_ms", "request_duration_ms", "total_ms"), _WHOLE),
    **dict.fromkeys(("ttft_ms", "ttftMs", "time_to_first_token_ms", "first_token_ms"), _FIRST),
}
_UNITLESS = ("latency", "duration", "response_time", "took")


def timings_beside(beside: Mapping[str, Any]) -> dict[str, Any]:
    """`time`, `duration_s` and `time_to_first_token_s` as far as they are known: the start, or the end less the
    duration; the duration, or the end less the start.
    """
    found = _measured(beside)
    start, end = moment_s(beside.get("time") or _any_of(beside, _STARTS)), moment_s(_any_of(beside, _ENDS))
    took = number_of(beside.get(_WHOLE)) or number_of(found.get(_WHOLE))
    if start is not None:
        found["time"] = start
        return found if end is None or took is not None else {_WHOLE: end - start, **found}
    return found if end is None or took is None else {**found, "time": end - took}


def time_otherwise(exchange: Exchange, duration_s: Any) -> float | None:
    """When the request was at the latest, epoch seconds, where neither body nor pair says when it began: its end
    (`processed_time` of a batch), else the answer's `date` header less the duration. A stream has that header from its
    beginning.
    """
    answered = moment_s(_headers(exchange).get("date"))
    took = number_of(duration_s) or number_of(seconds_of_ms(_headers(exchange).get("openai-processing-ms"))) or 0.0
    end = moment_s(_any_of(exchange.beside, _ENDS))
    return end if answered is None or end is not None else answered - (0.0 if exchange.streamed else took)


def unit_unknown(exchange: Exchange, index: int) -> list[Outcome]:
    """What beside a pair looks like its duration and does not name its unit: it is not guessed."""
    return [
        Noted(
            reason=f"unit_unknown:{name}",
            detail=f"{name} does not name its unit: write {name}_s or {name}_ms",
            index=index,
        )
        for name in _UNITLESS
        if name in exchange.beside
    ]


def _headers(exchange: Exchange) -> Mapping[str, Any]:
    """The answer's headers; Google's Python library writes them into the body."""
    return exchange.headers or mapping(mapping(exchange.body.get("sdk_http_response")).get("headers"))


def _measured(beside: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in beside.items():
        if value is None:
            continue
        if name in _MILLISECONDS:
            found.setdefault(_MILLISECONDS[name], seconds_of_ms(value))
        elif name in _SECONDS:
            found.setdefault(_SECONDS[name], value)
    return found


def _any_of(beside: Mapping[str, Any], names: frozenset[str]) -> Any:
    return next((value for name, value in beside.items() if name in names and value is not None), None)
