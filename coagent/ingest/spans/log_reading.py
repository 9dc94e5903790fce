"""A log event of a request becomes a `Reading`."""

from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading
from coagent.ingest.spans.log_events import Call
from coagent.ingest.spans.span import NANOS, Span
from coagent.ingest.spans.span_reading import reading_of


def log_reading(log: Span, call: Call, options: DecodeOptions) -> Reading:
    """Events are written when the answer is there: the request began its duration earlier."""
    fields, facts = log.plan.reads.of(log.values), log.plan.facts.of(log.values)
    reading = reading_of(log, fields, facts, options)
    fields["request_id"] = facts.get("request_id") or facts.get("response_id") or None
    end_s = _end_s(log)
    duration = number_of(fields.get("duration_s"))
    fields["time"] = end_s - duration if end_s is not None and duration is not None and duration > 0 else end_s
    if call.failed:
        fields["status"] = "error"
        fields["error_type"] = fields.get("error_type") or error_type_of(log.named("error"))
    _add_producer(log, call, reading)
    return reading


def _add_producer(log: Span, call: Call, reading: Reading) -> None:
    reading.marks = reading.marks or call.marks
    if call.marks or call.input_excludes_cache is not None:
        reading.input_excludes_cache = call.input_excludes_cache
        reading.output_excludes_reasoning = call.output_excludes_reasoning
    if call.tool_tokens and number_of(log.named(call.tool_tokens)):
        reading.unread = (*reading.unread, call.tool_tokens)


def _end_s(log: Span) -> float | None:
    return log.end_nano / NANOS if log.end_nano else moment_s(log.named("event.timestamp"))
