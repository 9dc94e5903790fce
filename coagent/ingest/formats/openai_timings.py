"""What servers of OpenAI's API measure of a request themselves, without the network between."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.objects import mapping


def timings_of(response: Mapping[str, Any], usage: Mapping[str, Any]) -> dict[str, Any]:
    """`time_to_first_token_s` and `duration_s` of vLLM, Cerebras, Groq, SambaNova or LM Studio; {} of others."""
    if stats := mapping(response.get("stats")):
        return {"time_to_first_token_s": stats.get("time_to_first_token")}
    if metrics := mapping(response.get("metrics")):
        return _of_vllm(metrics)
    if info := mapping(response.get("time_info")):
        return {"duration_s": info.get("total_time")}
    if "total_latency" in usage:
        return {"time_to_first_token_s": usage.get("time_to_first_token"), "duration_s": usage["total_latency"]}
    return {"duration_s": _sum(usage.get("queue_time") or 0.0, usage["total_time"])} if "total_time" in usage else {}


def _of_vllm(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Its time to the first token begins when the request is scheduled, after it has queued."""
    first, queued, rest = (
        seconds_of_ms(metrics.get(f"{name}_ms")) for name in ("time_to_first_token", "queue_time", "generation_time")
    )
    return {"time_to_first_token_s": first, "duration_s": _sum(first, queued, rest)}


def _sum(*parts: Any) -> float | None:
    found = [number for part in parts if (number := number_of(part)) is not None]
    return sum(found) if len(found) == len(parts) else None
