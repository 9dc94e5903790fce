"""OTLP's attributes in JSON: typed values become plain ones."""

from collections.abc import Iterable
from typing import Any

import msgspec

from coagent.ingest.refused import Refused
from coagent.ingest.strict_json import MAX_DEPTH


class Pair(msgspec.Struct, gc=False):
    """A KeyValue; the value stays as it is until it is known that it is read."""

    key: str = ""
    value: dict[str, Any] | None = None


def plain_pairs(pairs: Iterable[Pair]) -> dict[str, Any]:
    """By key, the last of a key that is there twice."""
    return {pair.key: plain_value(pair.value) for pair in pairs}


def plain_value(value: dict[str, Any] | None, depth: int = 0) -> Any:
    """An AnyValue as a plain type, None where it holds nothing. 64-bit numbers may be written as text; what cannot be
    read stays as it is written. Raises Refused where it is nested too deep.

    >>> plain_value({"intValue": "12"}), plain_value({"stringValue": "a"})
    (12, 'a')
    """
    if not value:
        return None
    for kind, found in value.items():
        if found is None:
            continue
        if kind == "stringValue":
            return found
        if kind == "intValue":
            return whole(found)
        if kind in _NESTED:
            return _nested(kind, found, depth)
        if kind in _SCALARS:
            return _real(found) if kind in _REALS else found
    return None


_NESTED = frozenset({"arrayValue", "kvlistValue", "array_value", "kvlist_value"})
_REALS = frozenset({"doubleValue", "double_value"})
_SCALARS = _REALS | {"boolValue", "bool_value", "string_value", "int_value", "bytesValue"}


def whole(number: Any) -> Any:
    """A 64-bit number, written as such or as text; anything else as it is."""
    if not isinstance(number, str) or len(number) > _MAX_DIGITS:
        return number
    try:
        return int(number)
    except ValueError:
        return number


_MAX_DIGITS = 24


def _real(number: Any) -> Any:
    """NaN and the infinities are written as text."""
    if not isinstance(number, str):
        return number
    try:
        return float(number)
    except ValueError:
        return number


def _nested(kind: str, found: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Refused("too_deep", f"a value is nested deeper than {MAX_DEPTH} levels")
    values = found.get("values") if isinstance(found, dict) else None
    if not isinstance(values, list):
        return {} if kind.startswith("kvlist") else []
    inside = [one for one in values if isinstance(one, dict)]
    if kind.startswith("array"):
        return [plain_value(one, depth + 1) for one in inside]
    return {str(one.get("key", "")): plain_value(_object(one.get("value")), depth + 1) for one in inside}


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None
