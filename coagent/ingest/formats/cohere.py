"""Cohere's chat API, versions 1 and 2, and its embeddings: the answer of a pair, or the events of a stream.

An answer has no time of its own. It has two counts of tokens: the billed one is read; the other includes special
tokens, which cost nothing. Source: Cohere's API reference.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.measures import answer_fields, prompt_fields
from coagent.ingest.loose_json.objects import first, mapping, mappings, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_EVENTS = (
    "message-start",
    "content-start",
    "content-delta",
    "content-end",
    "message-end",
    "stream-start",
    "stream-end",
)
_JOINED = "joined_events"
"""Marks what the events of a stream made, which may lack its end."""
_FAILURES = ("ERROR", "TIMEOUT")
"""How a finish reason begins that is a failure, such as ERROR_TOXIC."""
_EXTRA_UNITS = ("search_units", "images")


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API: others of Cohere's endpoints have billed units too."""
    is_billed = "billed_units" in _counted(body)
    is_chat = "finish_reason" in body and (is_billed or "generation_id" in body)
    return is_chat or _JOINED in body or (is_billed and "embeddings" in body)


def is_event(body: Mapping[str, Any]) -> bool:
    """Whether this is one event of a stream."""
    return (body.get("type") or body.get("event_type")) in _EVENTS


def joined(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of a whole stream: version 1 repeats it in its last event, version 2 counts in it. Of a stream that
    was cut off its ids alone.
    """
    whole: dict[str, Any] = {_JOINED: True}
    for event in events:
        whole |= {name: event[name] for name in ("id", "generation_id") if name in event}
        whole |= mapping(event.get("response")) if event.get("event_type") == "stream-end" else {}
        whole |= mapping(event.get("delta")) if event.get("type") == "message-end" else {}
    return {**whole, "usage": _counted(whole)}


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    counted = _counted(response)
    billed = mapping(counted.get("billed_units")) or mapping(counted.get("tokens"))
    prompt = first(request, "messages", "message", "texts")
    return Reading(
        fields={
            **{name: request.get(name) for name in ("temperature", "seed", "stream", "max_tokens")},
            **prompt_fields(prompt, request.get("tools"), options),
            **answer_fields(_message(response)),
            "top_p": request.get("p"),
            "request_id": first(response, "id", "response_id", "generation_id"),
            "provider": "cohere",
            "request_model": text_in("model", request, response),
            "operation": "embeddings" if "embeddings" in response else "chat",
            "finish_reason": response.get("finish_reason"),
            "status": _status(response),
            "input_tokens": billed.get("input_tokens"),
            "output_tokens": billed.get("output_tokens"),
        },
        unread=tuple(f"usage.billed_units.{name}" for name in _EXTRA_UNITS if billed.get(name)),
        response_id=first(response, "id", "response_id"),
    )


def _counted(body: Mapping[str, Any]) -> dict[str, Any]:
    return mapping(body.get("usage")) or mapping(body.get("meta"))


def _status(response: Mapping[str, Any]) -> str:
    return "error" if str(response.get("finish_reason")).startswith(_FAILURES) else "ok"


def _message(response: Mapping[str, Any]) -> dict[str, Any]:
    """In OpenAI's form; of the events of a stream the text is left out."""
    message = mapping(response.get("message"))
    texts = [part.get("text") for part in mappings(message.get("content"))] or [response.get("text")]
    calls = mappings(first({**message, **response}, "tool_calls"))
    text = "".join(part for part in texts if isinstance(part, str))
    return {"content": text, "tool_calls": calls} if text or calls else {}
