"""Values of attributes as their producers write them: JSON in a text, milliseconds, numbers as text."""

import math
from collections.abc import Mapping
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


_TOTALS = ("total_cost", "total", "totalCost", "cost", "total_usd", "response_cost")
_PARTS = (
    ("input", "output"),
    ("input_cost", "output_cost"),
    ("prompt", "completion"),
    ("prompt_cost", "completion_cost"),
)


def cost_of(value: Any) -> Any:
    """A cost in US dollars as a number or text, also out of an object; what is none of these stays as it is.

    >>> cost_of("$0.25"), cost_of('{"input": 0.5, "output": 0.25}'), cost_of(0.5)
    ('0.25', 0.75, 0.5)
    """
    if isinstance(value, str) and value[:1] == "$":
        return value[1:]
    found = as_object(value)
    return total_cost_of(found) if found else value


def total_cost_of(costs: Mapping[str, Any]) -> Any:
    """The total of an object of costs, else the sum of input and output; None where it has neither."""
    total = next((costs[name] for name in _TOTALS if costs.get(name) is not None), None)
    if total is not None:
        return total
    for names in _PARTS:
        first, second = (number_of(costs.get(name)) for name in names)
        if first is not None and second is not None:
            return first + second
    return None


def kind_of(value: Any) -> Any:
    """The type that an object names."""
    return as_object(value).get("type")


def text_of(value: Any) -> str | None:
    """A text that says something."""
    return value if isinstance(value, str) and value else None
