"""Cohere's chat API, versions 1 and 2: the answer of a pair, or the events of a stream.

An answer has no time of its own. Of its two counts the billed one is read, which the price is for; the other adds the
special tokens around the messages. Source: Cohere's API reference.
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


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API."""
    return "billed_units" in _counted(body) or ("generation_id" in body and "finish_reason" in body)


def is_event(body: Mapping[str, Any]) -> bool:
    """Whether this is one event of a stream."""
    return (body.get("type") or body.get("event_type")) in _EVENTS


def joined(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of a whole stream: version 1 repeats it in its last event, version 2 counts in it."""
    whole: dict[str, Any] = {}
    for event in events:
        whole |= {"id": event["id"]} if "id" in event else {}
        whole |= mapping(event.get("response")) if event.get("event_type") == "stream-end" else {}
        whole |= mapping(event.get("delta")) if event.get("type") == "message-end" else {}
    return {**whole, "usage": _counted(whole)} if whole else {}


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    counted = _counted(response)
    billed = mapping(counted.get("billed_units")) or mapping(counted.get("tokens"))
    prompt = first(request, "messages", "message")
    return Reading(
        fields={
            **{name: request.get(name) for name in ("temperature", "seed", "stream", "max_tokens")},
            **prompt_fields(prompt, request.get("tools"), options),
            **answer_fields(_message(response)),
            "top_p": request.get("p"),
            "request_id": first(response, "id", "response_id", "generation_id"),
            "provider": "cohere",
            "request_model": text_in("model", request, response),
            "operation": "chat",
            "finish_reason": response.get("finish_reason"),
            "status": "ok",
            "input_tokens": billed.get("input_tokens"),
            "output_tokens": billed.get("output_tokens"),
        },
        unread=_searches(billed),
        response_id=first(response, "id", "response_id"),
    )


def _counted(body: Mapping[str, Any]) -> dict[str, Any]:
    return mapping(body.get("usage")) or mapping(body.get("meta"))


def _searches(billed: Mapping[str, Any]) -> tuple[str, ...]:
    """Searches cost extra."""
    return ("usage.billed_units.search_units",) if billed.get("search_units") else ()


def _message(response: Mapping[str, Any]) -> dict[str, Any]:
    """In OpenAI's form; of the events of a stream the text is left out."""
    message = mapping(response.get("message"))
    texts = [part.get("text") for part in mappings(message.get("content"))] or [response.get("text")]
    calls = mappings(first({**message, **response}, "tool_calls"))
    text = "".join(part for part in texts if isinstance(part, str))
    return {"content": text, "tool_calls": calls} if text or calls else {}
