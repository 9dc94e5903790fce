"""Streams of every API whose bodies are read: what their events make together, and which message is just a piece."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.formats import anthropic_stream, bedrock, cohere, gemini, ollama, openai_responses, openai_stream
from coagent.ingest.loose_json.objects import mappings

Body = Mapping[str, Any]
_BEGINNING = 2
"""Events by which a stream's kind is known: Azure's first names none."""


def without_event(found: Body) -> Body:
    """The response in an event of Responses, everything else as it is."""
    response = found.get("response")
    return response if openai_responses.is_event(found) and isinstance(response, dict) else found


def whole(exchange: Exchange) -> Exchange:
    """The exchange with its stream's events put together."""
    if openai_responses.is_event(exchange.body) and isinstance(inner := exchange.body.get("response"), dict):
        return replace(exchange, response=inner, streamed=True)
    events = mappings(exchange.response)
    if not events:
        return replace(exchange, streamed=openai_stream.is_chunk(exchange.body))
    if openai_responses.is_event(events[0]):
        last = [event["response"] for event in events if isinstance(event.get("response"), dict)]
        response = last[-1] if last else {}
        is_open = response.get("status") in openai_responses.UNFINISHED
        return replace(exchange, response=response, streamed=True, open_ended=is_open)
    for is_one, joined in (
        (openai_stream.is_chunk, openai_stream.joined),
        (anthropic_stream.is_event, anthropic_stream.joined),
        (bedrock.is_event, bedrock.joined),
        (gemini.is_mine, gemini.joined),
        (cohere.is_event, cohere.joined),
    ):
        if any(map(is_one, events[:_BEGINNING])):
            is_whole = openai_stream.is_chunk(events[-1]) and openai_stream.is_last(events[-1])
            return replace(exchange, response=joined(events), streamed=True, open_ended=not is_whole)
    is_open = ollama.is_mine(events[-1]) and events[-1].get("done") is False
    return replace(exchange, response=events[-1], streamed=is_open, open_ended=is_open)


def unfinished(found: Body, body: Body) -> str:
    """Why a message is a piece of an answer, empty where its body is the whole."""
    if openai_responses.is_event(found) and found["type"] not in openai_responses.LAST_EVENTS:
        return "" if body.get("object") == openai_responses.REALTIME else "stream_chunk"
    if openai_stream.is_chunk(body):
        return "" if openai_stream.is_last(body) else "stream_chunk"
    if anthropic_stream.is_event(body) and body.get("type") != "message_start":
        return "stream_chunk"
    if openai_responses.is_mine(body):
        return "unfinished_response" if body.get("status") in openai_responses.UNFINISHED else ""
    is_piece = gemini.is_piece(body) or bedrock.is_event(body) or (ollama.is_mine(body) and body.get("done") is False)
    return "stream_chunk" if is_piece else ""
