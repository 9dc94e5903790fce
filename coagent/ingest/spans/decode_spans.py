"""Spans of one message become outcomes: one a span, in order, then one for each evaluation without its request."""

from collections.abc import Sequence
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.refused import Refused
from coagent.ingest.spans.evaluations import Evaluation, evaluation_of, scores_of, strayed
from coagent.ingest.spans.repeated_spans import Call, repeated
from coagent.ingest.spans.requests import AGGREGATE, NOT_GENAI, Verdict, ancestors_of, verdict_of
from coagent.ingest.spans.span import Span
from coagent.ingest.spans.span_reading import reading_of

Found = tuple[Verdict | str, dict[str, Any], dict[str, Any]]
_NOTHING: Found = (NOT_GENAI, {}, {})


def decode_spans(spans: Sequence[Span], options: DecodeOptions) -> list[Outcome]:
    """A request may be followed by what is noted of it. A message without spans is skipped as such."""
    found = [_found(span) for span in spans]
    reasons = _reasons(spans, found)
    calls, refused = _calls(spans, found, reasons, options)
    evaluations = _evaluations(spans)
    if evaluations:
        _judge(calls, evaluations)
    gone = repeated(calls, spans)
    by_place = {call.place: call for call in calls}
    outcomes: list[Outcome] = []
    for place in range(len(spans)):
        if call := by_place.get(place):
            outcomes += _outcomes(call, place in gone, options)
        else:
            outcomes.append(refused.get(place) or Skipped(reason=reasons[place], index=place))
    outcomes += strayed(evaluations, _known(calls)) if evaluations else ()
    return outcomes or [Skipped(reason="no_spans")]


def _found(span: Span) -> Found:
    """What it is, its fields and its facts."""
    plan = span.plan
    if not plan.is_known:
        return _NOTHING
    fields, facts = plan.reads.of(span.values), plan.facts.of(span.values)
    return verdict_of(span, facts, fields), fields, facts


def _reasons(spans: Sequence[Span], found: Sequence[Found]) -> list[str]:
    """Why each span is skipped, "" for a request."""
    reasons = ["" if isinstance(verdict, Verdict) else verdict for verdict, _, _ in found]
    maybe = [place for place, (verdict, _, _) in enumerate(found) if verdict is Verdict.MAYBE]
    if maybe:
        above = ancestors_of(spans, [place for place, reason in enumerate(reasons) if not reason])
        for place in maybe:
            if (spans[place].trace_id, spans[place].span_id) in above:
                reasons[place] = AGGREGATE
    return reasons


def _calls(
    spans: Sequence[Span], found: Sequence[Found], reasons: Sequence[str], options: DecodeOptions
) -> tuple[list[Call], dict[int, Outcome]]:
    """The requests, and what is rejected while it is read."""
    calls: list[Call] = []
    refused: dict[int, Outcome] = {}
    for place, (_, fields, facts) in enumerate(found):
        if not reasons[place]:
            try:
                calls.append(Call(place, spans[place], reading_of(spans[place], fields, facts, options)))
            except Refused as why:
                refused[place] = why.at(place)
    return calls, refused


def _outcomes(call: Call, is_repeated: bool, options: DecodeOptions) -> list[Outcome]:
    if is_repeated:
        return [Skipped(reason="repeated_call", index=call.place)]
    return outcomes_of(call.reading, options, call.place)


def _evaluations(spans: Sequence[Span]) -> list[Evaluation]:
    return [
        found
        for place, span in enumerate(spans)
        for event in span.events
        if (found := evaluation_of(event.name, event.attributes, span.span_id, place))
    ]


def _judge(calls: Sequence[Call], evaluations: Sequence[Evaluation]) -> None:
    scores = scores_of(evaluations)
    for call in calls:
        for name in _names(call):
            call.reading.fields |= scores.get(name, {})


def _known(calls: Sequence[Call]) -> set[str]:
    return {name for call in calls for name in _names(call)}


def _names(call: Call) -> tuple[str, ...]:
    """What evaluations call it: its span, its response."""
    response_id = call.span.plan.facts.of(call.span.values).get("response_id")
    return call.span.span_id, str(response_id)
