"""The canonical record as a row, and the strict reading of it."""

import math
import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from coagent.domain.request import MAX_TEXT_CHARS, Count, Record, Request, Status
from coagent.ingest.normalize.moments import canonical_moment
from coagent.ingest.options import DecodeOptions
from coagent.ingest.refused import Refused, refused_by

__all__ = ["MAX_TEXT_CHARS", "ROW_WIDTH", "SEGMENT_WIDTH", "STATUSES", "TEXT_WIDTH", "Record", "to_request"]

STATUSES = frozenset(get_args(Status))
SEGMENT_WIDTH = 5
TEXT_WIDTH = 19
ROW_WIDTH = len(Record.__struct_fields__)
"""A row's first 5 values are its segment's, the first 19 are texts, the 20th is the time."""

_WHOLE = frozenset(name for name, kind in Record.__annotations__.items() if kind == Count | None) | {
    "seed",
    "http_status",
}
_CONTROL = re.compile("[\x00-\x1f\ud800-\udfff]")


def to_request(
    fields: Mapping[str, Any], options: DecodeOptions, attributes: dict[str, str], response_id: str | None = None
) -> Request:
    """A checked request from canonical names and plain values; None and "" are unknown. Raises Refused."""
    known = _known(fields)
    _check_texts(known)
    if "time" in known:
        known["time"] = canonical_moment(known["time"], options)
    try:
        record = msgspec.convert(known, Record)
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    found = {name: getattr(record, name) for name in known}
    return Request(**found, attributes=attributes, response_id=response_id)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if value is not None and value != ""}
    for name, value in known.items():
        if type(value) is float:
            known[name] = _number(name, value)
    return known


def _number(name: str, value: float) -> float:
    """JSON knows one kind of number: 45.0 tokens are 45."""
    if not math.isfinite(value):
        raise Refused(f"not_finite:{name}", f"{name} is NaN or infinite, at $.{name}")
    return int(value) if name in _WHOLE and value.is_integer() else value


def _check_texts(known: Mapping[str, Any]) -> None:
    for name, value in known.items():
        if type(value) is str and _CONTROL.search(value):
            raise Refused(f"control_character:{name}", f"{name} holds a control character, at $.{name}")
