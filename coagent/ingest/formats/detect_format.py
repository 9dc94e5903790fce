"""The format of a message, by several of its keys."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from coagent.domain.telemetry_format import Format
from coagent.ingest.formats.body_marks import BODIES
from coagent.ingest.formats.marks import ENOUGH, MARKS, PARENTS, SIGNS, TOGETHER, VALUED
from coagent.ingest.formats.plain_text import described
from coagent.ingest.options import MAX_MESSAGE_BYTES
from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import check_size, parse_object

_JSON = re.compile(rb"[ \t\r\n]*\{")
_SPANS = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"resourceSpans"[ \t\r\n]*:')
_OTLP_REQUEST = 0x0A
"""The first byte of an ExportTraceServiceRequest: field 1, length-delimited. It is a line feed too."""

_NEAREST = 2
_MAX_VALUE_BYTES = 64
_SEEN = 4096
"""Sets of signs whose formats are remembered: producers write few different ones."""

_Parts = Mapping[str, msgspec.Raw]
_DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_decode_list: Any = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_text: Any = msgspec.json.Decoder(str).decode
_top_level: Any = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Candidate(NamedTuple):
    """A format, its score, and the keys that speak for it, the weightiest first."""

    format: Format
    score: int
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.format} ({', '.join(self.keys)})"


def detect_format(value: bytes) -> Format:
    """Raises Refused for what is none of the formats, or two of them alike.

    >>> detect_format(b'{"time": 1767225600, "provider": "openai"}')
    'canonical'
    """
    check_size(value, MAX_MESSAGE_BYTES)
    if not _JSON.match(value):
        return _not_json(value)
    if _SPANS.match(value):
        return "otlp_json"
    try:
        parts = _top_level(value)
    except _DECODE_ERRORS:
        if value[0] == _OTLP_REQUEST:
            return "otlp_proto"
        parts = {name: msgspec.Raw(b"") for name in _parsed(value)}
    return _best(_signs_of(parts))


def what_spoke_for_it(value: bytes) -> str:
    """The detected format with the keys that speak for it; empty where none do."""
    try:
        ranked = _ranked(_signs_of(_top_level(value)))
    except _DECODE_ERRORS:
        return ""
    return str(ranked[0]) if ranked else ""


def _not_json(value: bytes) -> Format:
    if value[:1] == bytes([_OTLP_REQUEST]):
        return "otlp_proto"
    _parsed(value)
    raise Refused("unknown_format", "neither a JSON object nor an OTLP export batch")


def _parsed(value: bytes) -> dict[str, Any]:
    """Raises Refused, which says what is wrong and what the message looks like."""
    try:
        return parse_object(value, MAX_MESSAGE_BYTES)
    except Refused as refused:
        looks = described(value) if refused.reason == "invalid_json" else ""
        raise Refused(refused.reason, f"{looks} ({refused.detail})" if looks else refused.detail) from None


def _signs_of(parts: _Parts) -> frozenset[str]:
    return frozenset(sign for sign in _signs(parts, "") if sign in SIGNS)


def _signs(parts: _Parts, prefix: str) -> Iterator[str]:
    for name, raw in parts.items():
        yield prefix + name
        if name in VALUED:
            yield f"{prefix}{name}={_text(raw)}"
        elif not prefix and name in PARENTS:
            yield from _signs(_within(raw), f"{name}/")


def _within(raw: msgspec.Raw) -> _Parts:
    try:
        found = _decode_list(raw)[:1] if bytes(raw)[:1] == b"[" else [raw]
        return _top_level(found[0]) if found else {}
    except _DECODE_ERRORS:
        return {}


def _text(raw: msgspec.Raw) -> str:
    try:
        return str(_decode_text(raw)) if len(raw) <= _MAX_VALUE_BYTES else ""
    except _DECODE_ERRORS:
        return ""


def _best(signs: frozenset[str]) -> Format:
    ranked = _ranked(signs)
    if not ranked or ranked[0].score < ENOUGH:
        raise Refused("unknown_format", _unknown(ranked))
    best = {one.format for one in ranked if one.score == ranked[0].score}
    if len(best) > 1 and not best <= BODIES:
        raise Refused("ambiguous_format", f"as much {ranked[0]} as {ranked[1]}: pin the format")
    return ranked[0].format


def _unknown(ranked: tuple[Candidate, ...]) -> str:
    nearest = " and ".join(map(str, ranked[:_NEAREST]))
    known = f"too few keys of a known format, nearest: {nearest}" if nearest else "no key of a known format"
    return f"{known}. docs/sources.md lists the formats, and how a mapping file reads any other"


@lru_cache(_SEEN)
def _ranked(signs: frozenset[str]) -> tuple[Candidate, ...]:
    """All formats for which something speaks, the best first."""
    together = {sign for sign, keys in TOGETHER.items() if keys <= signs}
    found = [_candidate(name, marks, signs | together) for name, marks in MARKS.items()]
    return tuple(sorted((one for one in found if one.score > 0), key=lambda one: -one.score))


def _candidate(name: Format, marks: Mapping[str, int], signs: frozenset[str]) -> Candidate:
    present = {sign: marks[sign] for sign in signs if sign in marks}
    spoke = sorted((sign for sign, weight in present.items() if weight > 0), key=lambda sign: (-present[sign], sign))
    return Candidate(name, sum(present.values()), tuple(spoke))
