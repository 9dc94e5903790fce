"""JSON within a text: exporters write objects and lists into attributes, columns and cells that hold texts."""

from typing import Any

import msgspec

_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError)
_decode = msgspec.json.Decoder().decode


def decoded(value: Any) -> Any:
    """What the JSON of a text says; None for a text that is no JSON, such as one that was cut off. Other values stay.

    >>> decoded('[1]'), decoded("one"), decoded(1)
    ([1], None, 1)
    """
    if type(value) is not str:
        return value
    try:
        return _decode(value)
    except _ERRORS:
        return None


def structured(value: Any) -> Any:
    """The object or list whose JSON a text is; other texts and values stay as they are.

    >>> structured('{"a": 1}'), structured("text"), structured('{"a": ')
    ({'a': 1}, 'text', '{"a": ')
    """
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return value
    try:
        return _decode(value)
    except _ERRORS:
        return value


def as_object(value: Any) -> dict[str, Any]:
    """A structure with keys, or the JSON of one; {} for anything else."""
    found = structured(value)
    return found if isinstance(found, dict) else {}


def unquoted(value: Any) -> Any:
    """A text without the quotes of JSON.

    >>> unquoted('"gpt-4o"'), unquoted("gpt-4o")
    ('gpt-4o', 'gpt-4o')
    """
    return decoded(value) if isinstance(value, str) and value[:1] == '"' else value
