"""Plain values become a request: numbers written as text are read, a bad optional one is unknown and noted."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import astuple, force_setattr

from coagent.domain.request import Record, Request
from coagent.domain.segment import RESERVED
from coagent.ingest.normalize.notes import Notes
from coagent.ingest.normalize.spellings import UNKNOWN
from coagent.ingest.record import SEGMENT_WIDTH, TEXT_WIDTH
from coagent.ingest.refused import Refused, refused_by

_REQUIRED = frozenset({"provider", "request_model", "time"})
_NAMES = frozenset({"request_id", "conversation_id", "task", "tenant", "app_version", "prompt_template"})
"""Texts that may be written as a number: it names the thing as well."""

_TEXTS = frozenset(Record.__struct_fields__[:TEXT_WIDTH]) | {"response_id"}
_FLAGS = frozenset({"stream", "is_fallback", "cache_hit", "schema_valid", "refusal"})
_TIMINGS = frozenset({"time_to_first_token_s", "duration_s"})
_YES, _NO = frozenset({"yes", "y", "t", "on"}), frozenset({"no", "n", "f", "off"})
_MAX_NUMBER_CHARS = 64
ROUNDING_S = 0.01
ROUNDING = 0.01
"""How far a first token may come after the end, in seconds and of the duration: tools round the two apart. Hundredths
of a second are the coarsest that they log; a hundredth of the whole changes no finding.
"""

_control = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]").search
"""Controls of both sets, line and paragraph separators, and marks that turn the direction of what is displayed."""
_half = re.compile("[\ud800-\udfff]").search


def read_request(fields: dict[str, Any], notes: Notes, unknown: frozenset[str] = UNKNOWN) -> Request:
    """The request of canonical names and plain values; `time` is aware, what is required is there. Changes `fields`.
    `unknown` are the texts that stand for no value in a text.

    Raises Refused where provider or model cannot be read.
    """
    try:
        request = _converted(fields)
    except msgspec.ValidationError as error:
        request = _mended(fields, refused_by(error), notes)
    except ValueError:
        request = _mended(fields, _unreadable(fields), notes)
    _check_texts(request, unknown, notes)
    _check_timings(request, notes)
    return request


def _converted(fields: dict[str, Any]) -> Request:
    request: Request = msgspec.convert(fields, Request, strict=False)
    return request


def _mended(fields: dict[str, Any], refused: Refused, notes: Notes) -> Request:
    """One field after the other: as it may have been meant, else unknown."""
    tried: set[str] = set()
    while True:
        name = refused.reason.partition(":")[2]
        if name not in fields:
            raise refused
        if name in tried:
            _drop(fields, name, refused, notes)
        tried.add(name)
        fields[name] = _meant(name, fields[name])
        try:
            return _converted(fields)
        except msgspec.ValidationError as another:
            refused = refused_by(another)
        except ValueError:
            refused = _unreadable(fields)


def _unreadable(fields: dict[str, Any]) -> Refused:
    """A number or word that is half a character, which no encoding has, or a decimal that signals it is none."""
    name = next((name for name, value in fields.items() if _is_unreadable(name, value)), "record")
    return Refused(f"invalid_encoding:{name}", f"{name} is no number and no text that can be written, at $.{name}")


def _is_unreadable(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return bool(_half(value)) and (name not in _TEXTS or name == "status")
    return isinstance(value, Decimal) and value.is_snan()


def _drop(fields: dict[str, Any], name: str, refused: Refused, notes: Notes) -> None:
    if name in _REQUIRED:
        raise refused
    reason, value = refused.reason, fields[name]
    if isinstance(value, float) and math.isinf(value):
        reason = f"not_finite:{name}"
    elif name in _TIMINGS and isinstance(value, int | float) and value < 0:
        reason = f"negative:{name}"
    notes.append((reason, refused.detail))
    fields[name] = None


def _meant(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _of_text(name, value)
    if isinstance(value, float):
        return None if math.isnan(value) else bool(value) if name in _FLAGS and value in {0.0, 1.0} else value
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    return str(value) if name in _NAMES and type(value) is int and abs(value) < 2**63 else value


def _of_text(name: str, text: str) -> Any:
    if name in _TEXTS:
        return text
    bare = text.strip() if len(text) <= _MAX_NUMBER_CHARS else "?"
    if bare in UNKNOWN:
        return None
    if name in _FLAGS:
        return _flag(bare)
    try:
        number = float(bare)
    except ValueError:
        return bare
    return int(bare) if bare.isdecimal() else None if math.isnan(number) else number


def _flag(text: str) -> Any:
    word = text.lower()
    return True if word in _YES else False if word in _NO else word


def _check_texts(request: Request, unknown: frozenset[str], notes: Notes) -> None:
    """Raises Refused for a control character in a provider's or model's name, and for a name that coagent gives."""
    texts, answer = astuple(request)[:TEXT_WIDTH], request.response_id
    if not is_account(texts[:SEGMENT_WIDTH]):
        _check_account(request, notes)
    plain = unknown.isdisjoint(texts) and "".join(filter(None, texts)).isprintable()
    if plain and (answer is None or (answer not in unknown and answer.isprintable())):
        return
    for name in sorted(_TEXTS):
        text = getattr(request, name)
        if text in unknown:
            _forget(request, name, "missing_field", "is written as what stands for no value")
        elif text is not None and _control(text):
            notes.append(_forget(request, name, "control_character", "holds a control character"))


def is_account(names: Iterable[str | None]) -> bool:
    """Whether none of provider, model, endpoint, task and tenant is blank or a name that coagent gives."""
    return not any(name in RESERVED or name.isspace() for name in names if name)


def _check_account(request: Request, notes: Notes) -> None:
    for name in Record.__struct_fields__[:SEGMENT_WIDTH]:
        text = getattr(request, name)
        if text in RESERVED:
            notes.append(_forget(request, name, "reserved_name", f"is {text}, which coagent itself uses"))
        elif text and text.isspace():
            notes.append(_forget(request, name, "missing_field", "is blank"))


def _forget(request: Request, name: str, reason: str, why: str) -> tuple[str, str]:
    """Reason and detail of a text that is unknown from now on. Raises Refused where it is required."""
    found = f"{reason}:{name}", f"{name} {why}, at $.{name}"
    if name in _REQUIRED:
        raise Refused(*found)
    force_setattr(request, name, None)
    return found


def _check_timings(request: Request, notes: Notes) -> None:
    first, end = request.time_to_first_token_s, request.duration_s
    if first is None or end is None or first <= end:
        return
    if first > end * (1 + ROUNDING) + ROUNDING_S:
        notes.append(
            ("after_end:time_to_first_token_s", "the first token comes after the end, at $.time_to_first_token_s")
        )
        force_setattr(request, "time_to_first_token_s", None)
