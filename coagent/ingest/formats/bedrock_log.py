"""Amazon Bedrock model invocation logs, one record a message or within CloudWatch Logs' entries.

`timestamp` stands for the start: AWS does not say which moment of the request it is, and it has whole seconds. The
bodies, where they are logged, are those of Converse or of the model's own API; a stream's is the list of its events,
and the last of them carries `amazon-bedrock-invocationMetrics`. Source: the Bedrock user guide on invocation logging.
"""

import re
from collections.abc import Mapping
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.bodies.reader import Reader
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.formats import anthropic, anthropic_stream, bedrock, openai, openai_stream
from coagent.ingest.formats.log_entry import records_in
from coagent.ingest.loose_json.numbers import seconds_of_ms
from coagent.ingest.loose_json.objects import first, mapping, mappings
from coagent.ingest.loose_json.texts import structured
from coagent.ingest.message import read_object
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import rejecting

SCHEMA = "ModelInvocationLog"
_ENTRIES = frozenset({"logEvents", "message", "@message"})
_METRICS = "amazon-bedrock-invocationMetrics"
_READERS: tuple[Reader, ...] = (bedrock, anthropic, openai)
_REGION = re.compile(r"[a-z0-9-]{1,32}")


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request a record."""
    found = read_object(value)
    if "schemaType" in found or _ENTRIES.isdisjoint(found):
        return outcomes_of(reading(found, options), options)
    outcomes: list[Outcome] = []
    for index, record in enumerate(records_in(found)):
        held = read_object(record.value) if record else {}
        is_mine = held.get("schemaType") == SCHEMA
        outcomes += outcomes_of(reading(held, options), options, index) if is_mine else [_other(index)]
    return outcomes or [Skipped(reason="no_records")]


def _other(index: int) -> Skipped:
    return Skipped(reason="not_a_model_request", index=index)


def reading(record: Mapping[str, Any], options: DecodeOptions) -> Reading:
    """What one record says: the bodies' counts, for they know the cache, else the record's own."""
    asked, answered = mapping(record.get("input")), mapping(record.get("output"))
    events = structured(answered.get("outputBodyJson"))
    body = _whole(events)
    found = _of_bodies(mapping(structured(asked.get("inputBodyJson"))), body, options)
    own = _counts(asked, answered) | _timings(events, body) | _described(record)
    known = {name: value for name, value in found.fields.items() if value is not None}
    found.fields = {**own, **known, **_certain(record)}
    found.host, found.marks = _host(record), ()
    return found


def _whole(body: Any) -> Mapping[str, Any]:
    """The answer, put together where it is a stream's events."""
    events = mappings(body)
    if not events:
        return mapping(body)
    if anthropic_stream.is_event(events[0]):
        return anthropic_stream.joined(events)
    if bedrock.is_event(events[0]):
        return bedrock.joined(events)
    return openai_stream.joined(events) if openai.is_mine(events[0]) else events[-1]


def _of_bodies(request: Mapping[str, Any], response: Mapping[str, Any], options: DecodeOptions) -> Reading:
    for reader in _READERS:
        if reader.is_mine(response):
            return reader.reading(Exchange(response=response, request=request, paired=True), options)
    reason = first(response, "stop_reason", "stopReason") or first(_result(response), "completionReason")
    return Reading(fields={"finish_reason": reason}, input_excludes_cache=True)


def _result(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of the results of Amazon's own text models."""
    found = mappings(response.get("results"))
    return found[0] if found else {}


def _counts(asked: Mapping[str, Any], answered: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "input_tokens": asked.get("inputTokenCount"),
        "output_tokens": answered.get("outputTokenCount"),
        "cached_input_tokens": asked.get("cacheReadInputTokenCount"),
        "cache_write_tokens": asked.get("cacheWriteInputTokenCount"),
    }


def _timings(events: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    places = [body, *reversed(mappings(events))]
    metrics = next((found for place in places if (found := mapping(place.get(_METRICS)))), {})
    took = first(metrics, "invocationLatency") or mapping(body.get("metrics")).get("latencyMs")
    return {
        "duration_s": seconds_of_ms(took),
        "time_to_first_token_s": seconds_of_ms(metrics.get("firstByteLatency")),
    }


def _described(record: Mapping[str, Any]) -> dict[str, Any]:
    model, operation = str(record.get("modelId")), str(record.get("operation"))
    return {
        "operation": "embeddings" if "embed" in model else "chat",
        "stream": True if "Stream" in operation else False if operation in ("Converse", "InvokeModel") else None,
        "status": "ok",
        "service_tier": mapping(record.get("serviceTier")).get("type"),
    }


def _certain(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the record itself says best."""
    error = record.get("errorCode")
    return {
        "time": record.get("timestamp"),
        "provider": "aws.bedrock",
        "request_model": bedrock.model_of(record.get("modelId")),
        "request_id": record.get("requestId"),
        **({"status": "error", "error_type": error_type_of(error)} if error else {}),
    }


def _host(record: Mapping[str, Any]) -> str | None:
    region = record.get("region")
    known = isinstance(region, str) and _REGION.fullmatch(region)
    return f"bedrock-runtime.{region}.amazonaws.com" if known else None
