"""Values of attributes as their producers write them: JSON in a text, milliseconds, numbers as text."""

import math
from typing import Any

import msgspec


def structured(value: Any) -> Any:
    """A structure, or what the JSON of a text says; None for a text that is no JSON, such as one that was cut off."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def as_object(value: Any) -> dict[str, Any]:
    """A structure with keys, or the JSON of one; {} for anything else."""
    if isinstance(value, str):
        value = structured(value) if value[:1] == "{" else None
    return value if isinstance(value, dict) else {}


def first_of(value: Any) -> Any:
    """The first of a list; anything else as it is."""
    return (value[0] if value else None) if isinstance(value, list) else value


def unquoted(value: Any) -> Any:
    """A text without the quotes of JSON.

    >>> unquoted('"gpt-4o"'), unquoted("gpt-4o")
    ('gpt-4o', 'gpt-4o')
    """
    return structured(value) if isinstance(value, str) and value[:1] == '"' else value


def seconds_of(milliseconds: Any) -> Any:
    """Seconds; what is no number stays as it is, for the one who checks numbers."""
    number = number_of(milliseconds)
    return milliseconds if number is None else number / 1000


def number_of(value: Any) -> float | None:
    """A finite number, or the text of one; None for anything else.

    >>> number_of("12"), number_of(True), number_of("NaN")
    (12.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def text_of(value: Any) -> str | None:
    """A text that says something."""
    return value if isinstance(value, str) and value else None
