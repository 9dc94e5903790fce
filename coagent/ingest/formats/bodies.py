"""Bodies of providers' APIs as they were logged, alone, in pairs or in lines of a batch's output.

The shape of the response decides who reads it, whatever the topic is pinned to. What stands beside a pair wins.
"""

from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.domain.request import MAX_TEXT_CHARS, Request
from coagent.ingest.bodies.beside import cost_beside, failed, fields_beside
from coagent.ingest.bodies.exchange import Exchange, exchange_of
from coagent.ingest.bodies.lookalikes import PAIR, refusal_of
from coagent.ingest.bodies.reader import Reader
from coagent.ingest.bodies.timings import time_otherwise, unit_unknown
from coagent.ingest.bodies.unanswered import is_unanswered, unanswered
from coagent.ingest.bodies.url_model import model_in
from coagent.ingest.formats import (
    anthropic,
    bedrock,
    bedrock_invoke,
    body_streams,
    cohere,
    gemini,
    ollama,
    openai,
    openai_responses,
    text_servers,
)
from coagent.ingest.loose_json.objects import either, first, mappings
from coagent.ingest.message import read_object
from coagent.ingest.normalize.model_names import maker_of
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused, rejecting

Body = Mapping[str, Any]


_READERS: tuple[tuple[str, Reader], ...] = (
    ("Responses object", openai_responses),
    ("chat completion", openai),
    ("Anthropic message", anthropic),
    ("Gemini response", gemini),
    ("Converse response", bedrock),
    ("Ollama response", ollama),
    ("InvokeModel response", bedrock_invoke),
    ("Cohere response", cohere),
    ("generated text", text_servers),
)

_BATCH_LINE = "batch line"
_WITH_MODEL = f"put the request with its model beside it, {PAIR}"


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a body and what is noted of it, or why there is none."""
    found = read_object(value)
    outcomes: list[Outcome] = []
    for index, one in enumerate(_listed(found) or [found]):
        outcomes += _outcomes(one, options, index)
    return outcomes


def _listed(found: Body) -> list[Body]:
    """The answers in a list of stored ones; empty where the message is something else, such as embeddings."""
    listed = mappings(found.get("data")) if found.get("object") == "list" else []
    return listed if listed and any(reader.is_mine(listed[0]) for _, reader in _READERS) else []


def _outcomes(found: Body, options: DecodeOptions, index: int) -> list[Outcome]:
    exchange = body_streams.whole(exchange_of(body_streams.without_event(found)))
    if not exchange.open_ended and (reason := body_streams.unfinished(found, exchange.body)):
        return [Skipped(reason=reason, index=index)]
    try:
        outcomes = outcomes_of(reading_of(exchange, options), options, index)
    except Refused as refused:
        return [refused.at(index)]
    request = outcomes[0]
    is_timed = not isinstance(request, Request) or request.duration_s is not None
    return outcomes if is_timed else outcomes + unit_unknown(exchange, index)


def reading_of(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says, with what stands beside it. Raises Refused where it is not read or has no time."""
    name, reading = _read(exchange, options)
    beside = fields_beside(exchange, options)
    reading.fields |= _shown_by_form(exchange) | _left_open(exchange, reading) | failed(exchange) | beside
    reading.host = _host(exchange.url)
    reading.marks = () if "provider" in beside else reading.marks or _maker(reading)
    if (model := _named_around(exchange)) and not first(exchange.request, "model", "modelId"):
        reading.fields["request_model"] = model
    _fill(reading, bedrock_invoke.headers_fields(exchange) | {"request_model": model})
    _fill(reading, {"cost_usd": cost_beside(exchange)})
    _fill(reading, {"time": time_otherwise(exchange, reading.fields.get("duration_s"))})
    if reading.fields["time"] is None:
        raise _without_time(_what(name, exchange))
    if reading.fields["request_model"] is None:
        raise Refused("missing_field:request_model", f"this {_what(name, exchange)} names no model: {_WITH_MODEL}")
    return reading


def _fill(reading: Reading, otherwise: Mapping[str, Any]) -> None:
    """With what is known otherwise, where nothing better is."""
    reading.fields |= {field: either(field, reading.fields, otherwise) for field in otherwise}


def _what(name: str, exchange: Exchange) -> str:
    return _BATCH_LINE if exchange.batch else name


def _named_around(exchange: Exchange) -> Any:
    """The model beside the pair or in its URL: a deployment's name, where the body of the answer has the model's."""
    return bedrock.model_of(first(exchange.beside, "model", "modelId")) or model_in(exchange.url)


def _host(url: Any) -> str | None:
    """The URL where it names a host: a path alone names none."""
    return url if isinstance(url, str) and not url.startswith("/") else None


def _maker(reading: Reading) -> tuple[str, ...]:
    """Who makes the model, where nothing else says who serves it: others copy OpenAI's and Anthropic's API."""
    model = reading.fields.get("request_model")
    maker = maker_of(model) if isinstance(model, str) and len(model) <= MAX_TEXT_CHARS and not reading.host else None
    return (maker,) if maker else ()


def _shown_by_form(exchange: Exchange) -> dict[str, Any]:
    """What follows from how the exchange was logged: pieces are a stream's, a batch has its own price."""
    return ({"stream": True} if exchange.streamed else {}) | ({"service_tier": "batch"} if exchange.batch else {})


def _left_open(exchange: Exchange, reading: Reading) -> dict[str, Any]:
    """Of a stream that was cut off nobody knows how it went on and how much was answered; {} of any other."""
    is_cut = exchange.open_ended and reading.fields.get("finish_reason") is None
    return dict.fromkeys(("status", "output_tokens", "total_tokens", "reasoning_tokens")) if is_cut else {}


def _read(exchange: Exchange, options: DecodeOptions) -> tuple[str, Reading]:
    for name, reader in _READERS:
        if reader.is_mine(exchange.body):
            return name, reader.reading(exchange, options)
    if is_unanswered(exchange):
        return "failed request", unanswered(exchange)
    if exchange.body and bedrock_invoke.is_counted(exchange):
        return "InvokeModel response", bedrock_invoke.reading(exchange, options)
    if exchange.body.get("type") == "message_start":
        raise _without_time("Anthropic message")
    raise refusal_of(exchange.body or {**exchange.request, **exchange.beside})


def _without_time(name: str) -> Refused:
    """Names what has no time, and what to do."""
    if name == _BATCH_LINE:
        detail = 'a line of a batch\'s output has no time here: add it beside the line, {"time": …, "custom_id": …, …}'
    else:
        detail = f"this {name} has no time: log it as a pair with its time, {PAIR}"
    return Refused(f"without_time:{name.lower().replace(' ', '_')}", detail)
