"""Ollama's own API: the answers of `/api/chat`, `/api/generate` and `/api/embed`, and the last line of their streams.

`created_at` is when the answer was written, at its end: the start is that less `total_duration` (nanoseconds).
Source: Ollama's API documentation.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.numbers import number_of, scaled
from coagent.ingest.loose_json.objects import first, mapping, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_NANOS = 1_000_000_000


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API, or a line of a stream of it."""
    return is_embedding(body) or (isinstance(body.get("done"), bool) and ("message" in body or "response" in body))


def is_embedding(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of `/api/embed`, which has no time."""
    return "embeddings" in body and "total_duration" in body


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    asked, took = mapping(request.get("options")), scaled(response.get("total_duration"), _NANOS)
    return Reading(
        fields={
            **{name: asked.get(name) for name in ("temperature", "top_p", "seed")},
            **prompt_fields(first(request, "messages", "prompt"), request.get("tools"), options),
            **_answer(response),
            "time": _start(response.get("created_at"), took),
            "duration_s": took,
            "provider": "ollama",
            "request_model": text_in("model", request, response),
            "response_model": response.get("model"),
            "operation": _operation(response),
            "stream": request.get("stream"),
            "max_tokens": asked.get("num_predict"),
            "input_tokens": response.get("prompt_eval_count"),
            "output_tokens": response.get("eval_count"),
            "finish_reason": response.get("done_reason"),
            "status": "ok",
        },
        marks=("ollama",),
    )


def _operation(response: Mapping[str, Any]) -> str:
    if is_embedding(response):
        return "embeddings"
    return "chat" if "message" in response else "text_completion"


def _answer(response: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing of a stream's last line, which is empty: its text came before."""
    message = mapping(response.get("message")) or {"content": response.get("response")}
    return answer_fields(message) if message.get("content") or message.get("tool_calls") else {}


def _start(written: Any, took: Any) -> Any:
    end = moment_s(written)
    return written if end is None else end - (number_of(took) or 0.0)
