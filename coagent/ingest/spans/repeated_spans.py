"""Spans of a framework and of the client library below it that report one call: the one that knows more is kept.

Two requests of one trace are one call where their answers have the same id and their times overlap; or where one stands
above the other, overlaps it, lacks the id, and their models agree. Where their counts differ, the outer one estimates,
counts otherwise or adds up several calls: the inner one stays. Two requests side by side below a third are two calls.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from coagent.ingest.normalize.model_names import maker_of
from coagent.ingest.normalize.provider_names import provider_named
from coagent.ingest.normalize.token_counts import whole
from coagent.ingest.reading import Reading
from coagent.ingest.spans.span import Span

_MAX_DEPTH = 64
_MAX_GROUP = 256
"""Requests of one trace in one message that are compared with each other."""

_COUNTS = frozenset({
    "input_tokens", "output_tokens", "total_tokens", "uncached_input_tokens", "cached_input_tokens",
    "cache_write_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "reasoning_tokens",
    "input_audio_tokens", "output_audio_tokens",
})  # fmt: skip
_OWN = frozenset({"time", "duration_s", "request_id", "status"})
"""What another span of the call says of itself."""


class Call(msgspec.Struct, gc=False):
    """A request's span at its place in the message."""

    place: int
    span: Span
    reading: Reading


def repeated(calls: Sequence[Call], spans: Sequence[Span]) -> set[int]:
    """The places of the spans that repeat another; what only they know is filled in there."""
    gone: set[int] = set()
    groups = list(_traces(calls))
    parents = _parents(spans) if groups else {}
    for group in groups:
        ancestors = _ancestors(group, parents)
        reported: dict[int, list[Call]] = {}
        for number, call in enumerate(group):
            for other in group[number + 1 :]:
                if call.place in gone:
                    break
                if other.place not in gone and _is_one_call(call, other, ancestors):
                    _join(call, other, ancestors, reported, gone)
    return gone


def _join(
    call: Call, other: Call, ancestors: Mapping[int, set[str]], reported: dict[int, list[Call]], gone: set[int]
) -> None:
    """Unless two of the spans that report the one call or the other stand side by side."""
    ones, others = reported.get(call.place, [call]), reported.get(other.place, [other])
    is_first = len(ones) == len(others) == 1
    if is_first or all(_belong_together(one, two, ancestors) for one in ones for two in others):
        stays, goes = _merged(call, other, ancestors)
        gone.add(goes.place)
        reported[stays.place] = ones + others


def _belong_together(one: Call, two: Call, ancestors: Mapping[int, set[str]]) -> bool:
    return _same_answer(one, two) or _stands_above(one, two, ancestors) or _stands_above(two, one, ancestors)


def _traces(calls: Sequence[Call]) -> Iterator[list[Call]]:
    traces: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.span.trace_id:
            traces[call.span.trace_id].append(call)
    return (group[:_MAX_GROUP] for group in traces.values() if len(group) > 1)


def _parents(spans: Sequence[Span]) -> Mapping[tuple[str, str], str]:
    """By trace and span id, the id of the parent."""
    return {(span.trace_id, span.span_id): span.parent_id for span in spans if span.span_id}


def _ancestors(group: Sequence[Call], parents: Mapping[tuple[str, str], str]) -> Mapping[int, set[str]]:
    """The span ids above each call, as far as the message shows them."""
    above: dict[int, set[str]] = {}
    for call in group:
        found: set[str] = set()
        span_id = call.span.parent_id
        while span_id and span_id not in found and len(found) < _MAX_DEPTH:
            found.add(span_id)
            span_id = parents.get((call.span.trace_id, span_id), "")
        above[call.place] = found
    return above


def _is_one_call(call: Call, other: Call, ancestors: Mapping[int, set[str]]) -> bool:
    one, two = call.reading.response_id, other.reading.response_id
    if one and two:
        return one == two and _overlap(call.span, other.span) and _may_answer_both(call, other, ancestors)
    if call.span.span_id in ancestors[other.place]:
        return _is_wrapped(call, other)
    return other.span.span_id in ancestors[call.place] and _is_wrapped(other, call)


def _may_answer_both(call: Call, other: Call, ancestors: Mapping[int, set[str]]) -> bool:
    """Side by side, another model is another call, for some servers give every answer the same id."""
    return _models_agree(call, other) or _stands_above(call, other, ancestors) or _stands_above(other, call, ancestors)


def _same_answer(call: Call, other: Call) -> bool:
    one = call.reading.response_id
    return one is not None and one == other.reading.response_id


def _stands_above(outer: Call, inner: Call, ancestors: Mapping[int, set[str]]) -> bool:
    return outer.span.span_id in ancestors[inner.place]


def _is_wrapped(outer: Call, inner: Call) -> bool:
    """An attempt that failed below a span that did not is a call of its own."""
    is_attempt = _failed(inner) and not _failed(outer)
    return (
        not is_attempt and _overlap(outer.span, inner.span) and (_models_agree(outer, inner) or _is_alias(outer, inner))
    )


def _failed(call: Call) -> bool:
    return call.reading.fields.get("status") == "error"


def _overlap(one: Span, two: Span) -> bool:
    return one.start_nano <= max(two.end_nano, two.start_nano) and two.start_nano <= max(one.end_nano, one.start_nano)


def _models_agree(one: Call, two: Call) -> bool:
    """A model may carry its provider's name before it, or its version behind it."""
    first, second = _models(one), _models(two)
    return not first or not second or any(a.startswith(b) or b.startswith(a) for a in first for b in second)


def _models(call: Call) -> list[str]:
    names = (call.reading.fields.get(field) for field in ("request_model", "response_model"))
    return [name.rpartition("/")[2] for name in names if isinstance(name, str) and name]


def _is_alias(one: Call, two: Call) -> bool:
    """Whether one names the model as only a gateway or a deployment does, and the counts are the same."""
    known = [all(maker_of(name) for name in _models(call)) for call in (one, two)]
    fields, others = one.reading.fields, two.reading.fields
    return not all(known) and all(
        _same(fields.get(name), others.get(name)) for name in ("input_tokens", "output_tokens")
    )


def _tokens_agree(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> bool:
    """Also where one of the two has no counts, or one counts its cached tokens apart."""
    first, second = outer.get("input_tokens"), inner.get("input_tokens")
    made, below = outer.get("output_tokens"), inner.get("output_tokens")
    if first == second and made == below:
        return True
    if (first is None and made is None) or (second is None and below is None):
        return True
    cache = _count(inner.get("cached_input_tokens")) + _count(inner.get("cache_write_tokens"))
    return str(made) == str(below) and (str(first) == str(second) or abs(_count(first) - _count(second)) == cache)


def _same(one: Any, two: Any) -> bool:
    return one is not None and two is not None and str(one) == str(two)


def _count(value: Any) -> int:
    return whole(value) or 0


def _merged(call: Call, other: Call, ancestors: Mapping[int, set[str]]) -> tuple[Call, Call]:
    """The one that knows more, then the other; of equals the inner one stays, whose times are the provider's."""
    inner, outer = sorted((call, other), key=_length_nano)
    if inner.span.span_id in ancestors[outer.place]:
        inner, outer = outer, inner
    agree = _tokens_agree(outer.reading.fields, inner.reading.fields)
    known, less = (outer, inner) if agree and _knows(outer) > _knows(inner) else (inner, outer)
    _fill(known.reading, less.reading, agree=agree)
    return known, less


def _length_nano(call: Call) -> int:
    return call.span.end_nano - call.span.start_nano


def _knows(call: Call) -> tuple[int, int]:
    """How many counts that are not 0, then how much else: a framework may write 0 for the cache it knows nothing of."""
    known = [name for name, value in call.reading.fields.items() if value and value != "0"]
    return len(_COUNTS.intersection(known)), len(known) + (call.reading.host is not None)


def _fill(known: Reading, less: Reading, *, agree: bool) -> None:
    """Counts go together: those of a span that counts otherwise are left out, and what it costs with them."""
    same_counts = all(
        _same(known.fields.get(name), less.fields.get(name)) for name in ("input_tokens", "output_tokens")
    )
    no_counts = all(known.fields.get(name) is None for name in _COUNTS)
    if no_counts or (same_counts and known.input_excludes_cache is None):
        known.input_excludes_cache = less.input_excludes_cache
    if no_counts or (same_counts and known.output_excludes_reasoning is None):
        known.output_excludes_reasoning = less.output_excludes_reasoning
    for name, value in less.fields.items():
        fits = (agree or name != "cost_usd") and (name not in _COUNTS or same_counts or no_counts)
        if known.fields.get(name) is None and name not in _OWN and fits:
            known.fields[name] = value
    if isinstance(named := known.fields.get("provider"), str) and not provider_named(named):
        known.fields["provider"] = less.fields.get("provider") or named
    known.host = known.host or less.host
    known.marks = known.marks or less.marks
    known.response_id = known.response_id or less.response_id
