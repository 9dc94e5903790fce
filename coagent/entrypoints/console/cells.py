"""Values as people read them. Unknown is a dash, never 0."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote

from coagent.domain.number_format import count, dollars, figure, number, percent
from coagent.entrypoints.console.page import NUMERIC, Column, Kind
from coagent.entrypoints.terminal.wording import plain

UNKNOWN = "–"  # noqa: RUF001  the dash that the page shows
LONGEST_TEXT = 2_000
LONGEST_UNIT = 40
LONGEST_LIST = 20


class Cell(NamedTuple):
    """`text` is not HTML. `instant`: of a time, for its element. `link`: empty where there is none."""

    text: str
    is_number: bool
    link: str = ""
    instant: str = ""


def cell(column: Column, row: Mapping[str, Any]) -> Cell:
    """A value of a row."""
    value = row[column.name]
    text = written(column, value)
    if column.unit and value is not None:
        text = figure(value, plain(str(row[column.unit]), LONGEST_UNIT))
    link = filled_link(column.link, row) if column.link and text != UNKNOWN else ""
    instant = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else ""
    return Cell(text, column.kind in NUMERIC, link, instant)


def filled_link(template: str, row: Mapping[str, Any]) -> str:
    """`/shifts/{id}` with the row's values, quoted; empty where one is unknown."""
    names = [part.split("}")[0] for part in template.split("{")[1:]]
    if any(row[name] is None for name in names):
        return ""
    return template.format(**{name: quote(str(row[name]), safe="") for name in names})


def written(column: Column, value: Any) -> str:
    """By its column's kind.

    >>> written(Column("a", "A", "share"), 0.031), written(Column("a", "A", "money"), None)
    ('3.1 %', '–')
    """  # noqa: RUF002
    if value is None or value == "":
        return column.words.get(None, UNKNOWN)
    named = [column.words.get(one, one) for one in value] if isinstance(value, list) else value
    return WRITTEN[column.kind](column.words.get(value, value) if isinstance(value, str) else named)


def _time(value: datetime, form: str) -> str:
    return value.astimezone(UTC).strftime(form)


def _decimal(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _list(value: Sequence[Any]) -> str:
    return "; ".join(plain(str(one), LONGEST_TEXT) for one in value[:LONGEST_LIST]) or UNKNOWN


WRITTEN: Mapping[Kind, Callable[[Any], str]] = {
    "text": lambda value: plain(str(value), LONGEST_TEXT),
    "money": lambda value: dollars(_decimal(value)),
    "duration": lambda value: figure(float(value), "s"),
    "share": lambda value: percent(float(value)),
    "time": lambda value: _time(value, "%Y-%m-%d %H:%M:%S"),
    "day": lambda value: _time(value, "%Y-%m-%d"),
    "count": lambda value: count(int(value)),
    "number": lambda value: number(float(value)) or UNKNOWN,
    "flag": lambda value: "yes" if value else "no",
    "list": _list,
    "figure": lambda value: number(float(value)) or UNKNOWN,
}
