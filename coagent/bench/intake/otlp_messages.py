"""The same requests as OTLP export batches in protobuf, without content, as instrumentations send them by default."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from coagent.bench.intake.traffic import Record

SPANS = 100
"""A message: what the Collector's batch processor makes of a moderately busy second."""

_SPAN_KIND_CLIENT = 3
_NANOS = 1_000_000_000
_NAMES = {
    "gen_ai.operation.name": "operation",
    "gen_ai.provider.name": "provider",
    "gen_ai.request.model": "request_model",
    "gen_ai.response.model": "response_model",
    "gen_ai.response.id": "request_id",
    "gen_ai.workflow.name": "task",
    "gen_ai.request.stream": "stream",
    "gen_ai.request.temperature": "temperature",
    "gen_ai.request.max_tokens": "max_tokens",
    "gen_ai.usage.input_tokens": "input_tokens",
    "gen_ai.usage.output_tokens": "output_tokens",
    "gen_ai.usage.cache_read.input_tokens": "cached_input_tokens",
    "gen_ai.response.time_to_first_chunk": "time_to_first_token_s",
    "http.response.status_code": "http_status",
    "gen_ai.usage.cost": "cost_usd",
}


def otlp_messages(records: Iterable[Record]) -> Iterator[bytes]:
    """One message for each SPANS requests."""
    left = iter(records)
    while batch := list(islice(left, SPANS)):
        yield _message(batch)


def _message(records: Iterable[Record]) -> bytes:
    message = ExportTraceServiceRequest()
    group = message.resource_spans.add()
    group.resource.attributes.extend([_pair("service.name", "support-desk"), _pair("service.version", "2026.3.1")])
    scope = group.scope_spans.add()
    scope.scope.name = "opentelemetry.instrumentation.openai_v2"
    for record in records:
        _add_span(scope, record)
    return bytes(message.SerializeToString())


def _add_span(scope: Any, record: Record) -> None:
    identity = bytes.fromhex(record["request_id"].removeprefix("chatcmpl-"))
    start_nano = int(datetime.fromisoformat(record["time"]).timestamp() * _NANOS)
    span = scope.spans.add(
        trace_id=identity + identity[:4],
        span_id=identity[:8],
        name=f"chat {record['request_model']}",
        kind=_SPAN_KIND_CLIENT,
        start_time_unix_nano=start_nano,
        end_time_unix_nano=start_nano + int(record["duration_s"] * _NANOS),
    )
    span.attributes.extend([_pair(name, record[field]) for name, field in _NAMES.items()])
    reasons = span.attributes.add(key="gen_ai.response.finish_reasons")
    reasons.value.array_value.values.add(string_value=record["finish_reason"])


def _pair(name: str, value: Any) -> Any:
    kind = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}[type(value)]
    return KeyValue(key=name, value=AnyValue(**{kind: value}))
