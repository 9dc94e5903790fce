"""Query parameters: what a page's filters are set to, checked."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from coagent.entrypoints.console.page import Filter, Page, Table

MOST_DAYS = 400
MOST_PAGE = 1_000
LONGEST = 200

Values = Mapping[str, Any]


class WrongFilter(Exception):
    """A value that a filter does not take; its text is for people."""


def values_of(page: Page, given: Mapping[str, str]) -> dict[str, Any]:
    """By name, defaults included; what no filter names is ignored. Raises WrongFilter."""
    return {one.name: _value(one, given.get(one.name, "").strip()) for one in page.filters}


def page_number(given: Mapping[str, str]) -> int:
    """Which page of rows, from 1. Raises WrongFilter."""
    return _whole("page", given.get("page", "") or "1", MOST_PAGE)


def shown(page: Page, values: Values) -> list[Table]:
    """The tables that these filters show."""
    return [one for one in page.tables if all(values.get(name) == value for name, value in one.when.items())]


def query_string(page: Page, values: Values, /, **more: Any) -> str:
    """With its question mark, without defaults; empty where nothing is left."""
    named = {one.name: values[one.name] for one in page.filters if values[one.name] not in (None, default(one))}
    said = urlencode(named | {name: value for name, value in more.items() if value is not None})
    return f"?{said}" if said else ""


def default(one: Filter) -> Any:
    if one.default is not None or one.kind != "choice":
        return one.default
    return one.choices[0]


def _value(one: Filter, text: str) -> Any:
    if not text:
        return default(one)
    match one.kind:
        case "days":
            return _whole(one.name, text, MOST_DAYS)
        case "choice":
            return _choice(one.name, text, one.choices)
        case _:
            return _text(one.name, text)


def _whole(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise WrongFilter(f"{name}: a whole number from 1 to {most}")
    return int(text)


def _choice(name: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise WrongFilter(f"{name}: one of {', '.join(choices)}")
    return text


def _text(name: str, text: str) -> str:
    if len(text) > LONGEST or "\x00" in text:
        raise WrongFilter(f"{name}: at most {LONGEST} characters")
    return text
