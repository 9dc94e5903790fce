"""What spans and log records have in common in OTLP's JSON: attributes, whose typed values become plain ones, scope,
resource and times. proto3 allows null for any of it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from coagent.ingest.refused import Refused
from coagent.ingest.spans.span import Scope
from coagent.ingest.strict_json import MAX_DEPTH

_MAX_DIGITS = 24


class Value(msgspec.Struct, gc=False, rename="camel"):
    """An AnyValue: one of them is there. What is nested stays as it is until it is known that it is read."""

    string_value: Any = None
    int_value: Any = None
    double_value: Any = None
    bool_value: Any = None
    array_value: Any = None
    kvlist_value: Any = None


class Pair(msgspec.Struct, gc=False):
    """A KeyValue."""

    key: str | None = ""
    value: Value | None = None


class ScopeJson(msgspec.Struct):
    """An InstrumentationScope."""

    name: str | None = ""
    version: str | None = ""


class ResourceJson(msgspec.Struct):
    """A Resource."""

    attributes: list[Pair] | None = None


def scope_of(found: ScopeJson | None) -> Scope:
    """What made the spans or records."""
    return Scope(found.name or "", found.version or "") if found else Scope()


def resource_of(found: ResourceJson | None) -> dict[str, Any]:
    """Its attributes by key."""
    return plain_pairs(found.attributes or ()) if found else {}


def nano_of(written: Any) -> int:
    """Nanoseconds since the epoch; 0, which is unknown, for what is no number of them."""
    number = whole(written)
    return number if isinstance(number, int) and 0 <= number < 2**64 else 0


def plain_pairs(pairs: Sequence[Pair]) -> dict[str, Any]:
    """By key, the last of a key that is there twice."""
    return dict(zip(keys_of(pairs), plain_values(pairs), strict=True))


def keys_of(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """In their order."""
    return tuple([pair.key or "" for pair in pairs])


def plain_values(pairs: Iterable[Pair]) -> list[Any]:
    """In their order, None where there is none. 64-bit numbers may be written as text; what cannot be read stays as it
    is written. Raises Refused where a value is nested too deep.
    """
    found = []
    for pair in pairs:
        value = pair.value
        plain = None if value is None else value.string_value
        if plain is None and value is not None:
            plain = value.int_value
            if plain is None:
                plain = value.double_value
                plain = _rare(value) if plain is None else _real(plain)
            elif type(plain) is not int:
                plain = whole(plain)
        found.append(plain)
    return found


def _rare(value: Value) -> Any:
    if value.bool_value is not None:
        return value.bool_value
    if value.array_value is not None:
        return _list(value.array_value, 0)
    return None if value.kvlist_value is None else _object(value.kvlist_value, 0)


def whole(number: Any) -> Any:
    """A 64-bit number, written as such or as text; anything else as it is.

    >>> whole("12"), whole("twelve")
    (12, 'twelve')
    """
    if not isinstance(number, str) or len(number) > _MAX_DIGITS:
        return number
    try:
        return int(number)
    except ValueError:
        return number


def _real(number: Any) -> Any:
    """NaN and the infinities are written as text."""
    if not isinstance(number, str):
        return number
    try:
        return float(number)
    except ValueError:
        return number


def _nested(value: Any, depth: int) -> Any:
    """An AnyValue within another."""
    if not isinstance(value, dict):
        return None
    if depth > MAX_DEPTH:
        raise Refused("too_deep", f"a value is nested deeper than {MAX_DEPTH} levels")
    for kind, found in value.items():
        if kind == "arrayValue":
            return _list(found, depth)
        if kind == "kvlistValue":
            return _object(found, depth)
        return whole(found) if kind == "intValue" else _real(found) if kind == "doubleValue" else found
    return None


def _list(found: Any, depth: int) -> list[Any]:
    return [_nested(one, depth + 1) for one in _values(found)]


def _object(found: Any, depth: int) -> dict[str, Any]:
    pairs = [one for one in _values(found) if isinstance(one, dict)]
    return {str(one.get("key", "")): _nested(one.get("value"), depth + 1) for one in pairs}


def _values(found: Any) -> list[Any]:
    values = found.get("values") if isinstance(found, dict) else None
    return values if isinstance(values, list) else []
