"""Keys and lists that may be missing, or of another type than is wanted."""

import re
from collections.abc import Mapping
from typing import Any

_UPPER = re.compile("_([a-z])")


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """The text, "" for anything else."""
    return value if isinstance(value, str) else ""


def first_known(*values: Any) -> Any:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


def first(place: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of these keys that has one."""
    for name in names:
        if (value := place.get(name)) is not None:
            return value
    return None


def either(name: str, *places: Mapping[str, Any]) -> Any:
    """The value of a key in the first of these places that has one."""
    return next((place[name] for place in places if place.get(name) is not None), None)


def text_in(name: str, *places: Mapping[str, Any]) -> str | None:
    """The text of a key in the first of these places that has one."""
    return next((found for place in places if isinstance(found := place.get(name), str) and found), None)


def camel(found: Any) -> dict[str, Any]:
    """The object with its keys in the spelling of JSON APIs.

    >>> camel({"prompt_token_count": 5})
    {'promptTokenCount': 5}
    """
    return {_UPPER.sub(lambda match: match[1].upper(), name): value for name, value in mapping(found).items()}
