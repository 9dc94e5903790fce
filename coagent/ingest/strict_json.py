"""JSON as RFC 8259 and I-JSON (RFC 7493) have it: UTF-8, no NaN, no duplicate keys, bounded depth and size."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from coagent.ingest.refused import Refused

MAX_DEPTH = 32
NOT_FINITE = "not_finite"


def parse_object(value: bytes, limit: int) -> dict[str, Any]:
    """The message as a dict. Raises Refused; no detail repeats content.

    >>> parse_object(b'{"a": 1}', limit=100)
    {'a': 1}
    """
    check_size(value, limit)
    try:
        found = _DECODER.decode(value.decode())
        _check_surrogates(value, found)
    except UnicodeDecodeError as error:
        raise Refused("invalid_encoding", f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise Refused("invalid_json", f"{error.msg}, at character {error.pos}") from None
    except UnicodeEncodeError:
        raise Refused("invalid_encoding", "a text holds half of a surrogate pair") from None
    except RecursionError:
        raise Refused("too_deep", f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise Refused("out_of_range:number", "a number has thousands of digits") from None
    return _checked(found)


def with_nulls(value: bytes) -> bytes:
    """JSON that Python wrote with NaN and infinities, with null in their places; what is no JSON besides stays.

    >>> with_nulls(b'{"a": [NaN, -Infinity, 1]}')
    b'{"a":[null,null,1]}'
    """
    try:
        return msgspec.json.encode(json.loads(value, parse_constant=lambda _: None))
    except (ValueError, RecursionError, OverflowError):
        return value


def check_size(value: bytes, limit: int) -> None:
    """Raises Refused for a message of more than `limit` bytes."""
    if len(value) > limit:
        raise Refused("too_large", f"{len(value)} bytes, at most {limit} are read")


def _check_surrogates(value: bytes, found: Any) -> None:
    """Raises UnicodeEncodeError where an escape stands for half a character, which UTF-8 cannot carry on."""
    if rb"\ud" in value.lower():
        json.dumps(found, ensure_ascii=False).encode()


def _checked(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise Refused("not_an_object", f"expected an object, got {type(found).__name__}")
    if _too_deep(found):
        raise Refused("too_deep", f"nested deeper than {MAX_DEPTH} levels")
    return found


def _too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [child for part in level if isinstance(part, dict | list) for child in _children(part)]
        if not level:
            return False
    return True


def _children(part: Any) -> Iterable[Any]:
    return part.values() if isinstance(part, dict) else part


def quotes_of(found: Any) -> int:
    """How many quotes the JSON of this value has where nothing is escaped: two for each key and each text. -1 where
    it is nested too deep.

    >>> quotes_of({"a": ["b", 1]})
    4
    """
    count, level = 0, [found]
    for _ in range(MAX_DEPTH):
        nested: list[Any] = []
        for part in level:
            count += len(part) if isinstance(part, dict) else 0
            for child in _children(part):
                if isinstance(child, str):
                    count += 1
                elif isinstance(child, dict | list):
                    nested.append(child)
        if not nested:
            return 2 * count
        level = nested
    return -1


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("duplicate_key", "an object has the same key twice")
    return found


def _not_finite(_: str) -> NoReturn:
    raise Refused(NOT_FINITE, "NaN and infinities are not JSON: leave an unknown value out")


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_not_finite)
