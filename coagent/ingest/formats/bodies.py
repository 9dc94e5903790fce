"""Bodies of providers' APIs as they were logged, alone, in pairs or in lines of a batch's output.

The shape of the response decides who reads it, whatever the topic is pinned to. What stands beside a pair wins.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.bodies.beside import failed, fields_beside, time_otherwise
from coagent.ingest.bodies.exchange import Exchange, exchange_of
from coagent.ingest.bodies.lookalikes import PAIR, refusal_of
from coagent.ingest.bodies.message import parsed
from coagent.ingest.bodies.reader import Reader
from coagent.ingest.bodies.unanswered import is_unanswered, unanswered
from coagent.ingest.bodies.url_model import model_in
from coagent.ingest.bodies.values import mappings
from coagent.ingest.formats import (
    anthropic,
    anthropic_stream,
    bedrock,
    gemini,
    ollama,
    openai,
    openai_responses,
    openai_stream,
)
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused, rejecting

Body = Mapping[str, Any]


_READERS: tuple[tuple[str, Reader], ...] = (
    ("responses_object", openai_responses),
    ("chat_completion", openai),
    ("anthropic_message", anthropic),
    ("gemini_response", gemini),
    ("converse_response", bedrock),
    ("ollama_response", ollama),
)


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request and what is noted of it, or why there is none."""
    found = parsed(value)
    if openai_responses.is_event(found):
        if found["type"] not in openai_responses.LAST_EVENTS:
            return [Skipped(reason="stream_chunk")]
        found = {**found, "response": found.get("response"), "request": found.get("request")}
    exchange = _whole(exchange_of(found))
    if reason := _unfinished(exchange.body):
        return [Skipped(reason=reason)]
    return outcomes_of(_reading(exchange, options), options)


def _whole(exchange: Exchange) -> Exchange:
    """The exchange with its stream's events put together."""
    events = mappings(exchange.response)
    if not events:
        return exchange
    if openai_responses.is_event(events[0]):
        last = [event["response"] for event in events if isinstance(event.get("response"), dict)]
        return replace(exchange, response=last[-1] if last else {})
    for is_one, joined in (
        (openai_stream.is_chunk, openai_stream.joined),
        (anthropic_stream.is_event, anthropic_stream.joined),
        (bedrock.is_event, bedrock.joined),
        (gemini.is_mine, gemini.joined),
    ):
        if is_one(events[0]):
            return replace(exchange, response=joined(events))
    return replace(exchange, response=events[-1])


def _unfinished(body: Body) -> str:
    """Why a body is a piece of an answer, empty where it is the whole."""
    if openai_stream.is_chunk(body):
        return "" if openai_stream.is_last(body) else "stream_chunk"
    if anthropic_stream.is_event(body) and body.get("type") != "message_start":
        return "stream_chunk"
    if openai_responses.is_mine(body):
        return "unfinished_response" if body.get("status") in openai_responses.UNFINISHED else ""
    is_piece = gemini.is_piece(body) or bedrock.is_event(body) or (ollama.is_mine(body) and not body["done"])
    return "stream_chunk" if is_piece else ""


def _reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says, with what stands beside it. Raises Refused where it is not read or has no time."""
    name, reading = _read(exchange, options)
    beside = fields_beside(exchange, options)
    reading.fields |= failed(exchange) | beside
    reading.host = exchange.url if isinstance(exchange.url, str) else None
    if exchange.batch:
        reading.fields["service_tier"] = "batch"
    if reading.fields.get("request_model") is None:
        reading.fields["request_model"] = model_in(exchange.url)
    if "provider" in beside:
        reading.marks = ()
    if reading.fields.get("time") is None:
        reading.fields["time"] = time_otherwise(exchange)
    if reading.fields["time"] is None:
        raise _without_time("batch_line" if exchange.batch else name)
    return reading


def _read(exchange: Exchange, options: DecodeOptions) -> tuple[str, Reading]:
    for name, reader in _READERS:
        if reader.is_mine(exchange.body):
            return name, reader.reading(exchange, options)
    if is_unanswered(exchange):
        return "failed_request", unanswered(exchange)
    if exchange.body.get("type") == "message_start":
        raise _without_time("anthropic_message")
    raise refusal_of(exchange.body or {**exchange.request, **exchange.beside})


def _without_time(name: str) -> Refused:
    """Names what has no time, and what to do."""
    if name == "batch_line":
        detail = 'a line of a batch\'s output has no time here: add it beside the line, {"time": …, "custom_id": …, …}'
    else:
        detail = f"this {name.replace('_', ' ')} has no time: log it as a pair with its time, {PAIR}"
    return Refused(f"without_time:{name}", detail)
