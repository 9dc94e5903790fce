"""OpenTelemetry GenAI spans, with the current and the older attribute names, become requests.

Source: the semantic conventions for generative AI (in Development) and their predecessors up to 1.36.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import msgspec

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of, kept_attributes, label_of
from coagent.ingest.content.measures import prompt_fields, texts
from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.record import to_request
from coagent.ingest.refused import Refused

NANOS = 1_000_000_000
STATUS_ERROR = 2

_NAMES: Mapping[str, tuple[str, ...]] = {
    "provider": ("gen_ai.provider.name", "gen_ai.system"),
    "request_model": ("gen_ai.request.model",),
    "response_model": ("gen_ai.response.model",),
    "system_fingerprint": ("openai.response.system_fingerprint", "gen_ai.openai.response.system_fingerprint"),
    "service_tier": ("openai.response.service_tier", "gen_ai.openai.response.service_tier"),
    "operation": ("gen_ai.operation.name", "llm.request.type"),
    "conversation_id": ("gen_ai.conversation.id",),
    "stream": ("gen_ai.request.stream", "llm.is_streaming"),
    "temperature": ("gen_ai.request.temperature",),
    "top_p": ("gen_ai.request.top_p",),
    "max_tokens": ("gen_ai.request.max_tokens",),
    "seed": ("gen_ai.request.seed", "gen_ai.openai.request.seed"),
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    "cached_input_tokens": ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    "cache_write_tokens": ("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
    "reasoning_tokens": ("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
    "time_to_first_token_s": ("gen_ai.response.time_to_first_chunk", "gen_ai.latency.time_to_first_token"),
    "http_status": ("http.response.status_code", "http.status_code"),
    "cost_usd": ("gen_ai.usage.cost",),
}
"""For each field the attributes that hold it, the current name first."""

_TASKS = ("gen_ai.workflow.name", "gen_ai.agent.name")
_REQUESTS = ("chat", "completion", "text_completion", "generate_content", "embeddings", "embedding")
_MARKS = (*_NAMES["provider"], "gen_ai.operation.name", "gen_ai.request.model", "gen_ai.response.model")
_MAX_DIGITS = 10
_EVALUATION = "gen_ai.evaluation.result"
_VERDICTS = ("schema_valid", "refusal")
"""Evaluations of these names set the flag of the same name; all others are scores of quality."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of either encoding: times in nanoseconds since the epoch (0 is unknown), values as plain types."""

    span_id: str
    start_nano: int
    end_nano: int
    status_code: int
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    events: Sequence[tuple[str, Mapping[str, Any]]] = ()


def decode_spans(spans: Sequence[Span], options: DecodeOptions) -> list[Outcome]:
    """One outcome a span, in order, then one for each evaluation whose request is not among the spans: evaluations are
    joined within one export batch. A message without spans is skipped as such.
    """
    evaluations = _evaluations(spans)
    outcomes = [_decode(span, index, evaluations, options) for index, span in enumerate(spans)]
    outcomes += _strayed(spans)
    return outcomes or [Skipped(reason="no_spans")]


def _decode(span: Span, index: int, evaluations: Mapping[str, dict[str, Any]], options: DecodeOptions) -> Outcome:
    if foreign := _foreign(span):
        return Skipped(reason=foreign, index=index)
    response_id = span.attributes.get("gen_ai.response.id")
    judged = evaluations.get(span.span_id, {}) | evaluations.get(str(response_id), {})
    try:
        fields = _fields(span, options) | judged
        return to_request(fields, options, kept_attributes({"gen_ai.response.id": response_id}))
    except Refused as refused:
        return refused.at(index)


def _foreign(span: Span) -> str:
    """Why a span is no request to a model; empty if it is one."""
    if not any(name in span.attributes for name in _MARKS):
        return "not_genai"
    operation = span.attributes.get("gen_ai.operation.name")
    return "" if operation is None or operation in _REQUESTS else "not_a_model_request"


def _fields(span: Span, options: DecodeOptions) -> dict[str, Any]:
    attributes = span.attributes
    return {
        **{field: _first(attributes, names) for field, names in _NAMES.items()},
        **_content_fields(attributes, options),
        "request_id": span.span_id or attributes.get("gen_ai.response.id"),
        "time": span.start_nano / NANOS if span.start_nano else None,
        "duration_s": (span.end_nano - span.start_nano) / NANOS if span.end_nano else None,
        "task": _task(span, options),
        "tenant": _named(span, options.tenant_attribute),
        "endpoint": endpoint_of(attributes.get("server.address")),
        "app_version": span.resource.get("service.version"),
        "finish_reason": _finish_reason(attributes),
        "error_type": error_type_of(attributes.get("error.type")),
        "status": "error" if span.status_code == STATUS_ERROR or attributes.get("error.type") else "ok",
    }


def _first(attributes: Mapping[str, Any], names: Iterable[str]) -> Any:
    for name in names:
        value = attributes.get(name)
        if value is not None:
            return value
    return None


def _named(span: Span, name: str | None) -> Any:
    if not name:
        return None
    return label_of(span.attributes.get(name, span.resource.get(name)))


def _task(span: Span, options: DecodeOptions) -> Any:
    configured = _named(span, options.task_attribute)
    return _first(span.attributes, _TASKS) if configured is None else configured


def _finish_reason(attributes: Mapping[str, Any]) -> Any:
    reasons = attributes.get("gen_ai.response.finish_reasons")
    return (reasons[0] if reasons else None) if isinstance(reasons, list) else reasons


def _content_fields(attributes: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    prompt = _structured(attributes.get("gen_ai.input.messages")) or _numbered(attributes, "gen_ai.prompt.")
    before = (_structured(attributes.get(f"gen_ai.{name}")) for name in ("system_instructions", "tool.definitions"))
    fields = prompt_fields(prompt, [one for one in before if one], options)
    answer = _structured(attributes.get("gen_ai.output.messages")) or _numbered(attributes, "gen_ai.completion.")
    if answer:
        fields["output_chars"] = sum(map(len, texts(answer)))
        fields["tool_calls"] = sum(1 for part in _parts(answer) if part.get("type") == "tool_call")
    return fields


def _structured(value: Any) -> Any:
    """Content is recorded as a structure or as its JSON; what is cut off is no content."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _numbered(attributes: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Messages in the older form, `gen_ai.prompt.0.role`, in their order."""
    messages: dict[int, dict[str, Any]] = defaultdict(dict)
    for name, value in attributes.items():
        if name.startswith(prefix):
            number, _, key = name.removeprefix(prefix).partition(".")
            if number.isdecimal() and len(number) < _MAX_DIGITS and key in {"role", "content"}:
                messages[int(number)][key] = value
    return [messages[number] for number in sorted(messages)]


def _parts(messages: Any) -> Iterable[Mapping[str, Any]]:
    for message in messages if isinstance(messages, list) else ():
        parts = message.get("parts") if isinstance(message, dict) else None
        yield from (part for part in (parts if isinstance(parts, list) else ()) if isinstance(part, dict))


def _evaluations(spans: Sequence[Span]) -> dict[str, dict[str, Any]]:
    """What evaluation events anywhere in the message say, by response id, or by span where they name none."""
    scores: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for span in spans:
        for name, attributes in span.events:
            if (score := _score(name, attributes)) is not None:
                verdict = attributes.get("gen_ai.evaluation.name")
                field = verdict if verdict in _VERDICTS else "quality_score"
                scores[_judges(span, attributes)][str(field)].append(score)
    return {key: {field: _judged(field, found) for field, found in fields.items()} for key, fields in scores.items()}


def _strayed(spans: Sequence[Span]) -> list[Outcome]:
    """Of evaluations that judge none of the requests: they came in another batch than their requests."""
    if not any(span.events for span in spans):
        return []
    requests = [span for span in spans if not _foreign(span)]
    known = {str(name) for span in requests for name in (span.span_id, span.attributes.get("gen_ai.response.id"))}
    return [
        Skipped(reason="evaluation_without_request", index=index)
        for index, span in enumerate(spans)
        for name, attributes in span.events
        if _score(name, attributes) is not None and _judges(span, attributes) not in known
    ]


def _score(event: str, attributes: Mapping[str, Any]) -> float | None:
    """Of an evaluation from 0 to 1; other scales cannot be compared."""
    score = attributes.get("gen_ai.evaluation.score.value")
    if event != _EVALUATION or not isinstance(score, int | float) or not 0 <= score <= 1:
        return None
    return float(score)


def _judges(span: Span, evaluation: Mapping[str, Any]) -> str:
    """The response, or else the span, that an evaluation event of the span speaks of."""
    return str(evaluation.get("gen_ai.response.id") or span.span_id)


def _judged(field: str, scores: Sequence[float]) -> float | bool:
    """The mean of scores from 0 to 1."""
    return fmean(scores) >= 0.5 if field in _VERDICTS else fmean(scores)  # noqa: PLR2004  # half-way between no and yes
