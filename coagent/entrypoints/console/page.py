"""What a page is: tables of the views, declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "money", "duration", "share", "time", "day", "count", "number", "flag", "list", "figure"]
"""How a value is written: dollars, seconds, 0..1, UTC to the second, UTC day, a whole number, three digits, yes or no,
a JSON array of texts, a number in the unit that its row names.
"""
NUMERIC: frozenset[Kind] = frozenset({"money", "duration", "share", "count", "number", "figure"})

Group = Literal["Health", "Money", "Trust", "Plumbing"]


@dataclass(frozen=True, slots=True)
class Column:
    """`name` of the SQL, `header` with its unit where the kind does not say it. `link` is filled from the row. `words`
    says for people what a value is called (None: what is unknown, else a dash), `unit` which column has a figure's
    unit. `place`: `files` has no room on the page and stands in CSV and JSON alone.
    """

    name: str
    header: str
    kind: Kind = "text"
    link: str = ""
    words: Mapping[Any, str] = field(default_factory=dict)
    unit: str = ""
    place: Literal["page", "files"] = "page"


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter. `days`: a whole number; `text`: equal to, empty for all; `choice`: one of `choices`, of which
    the first is the default unless `default` says otherwise.
    """

    name: str
    label: str
    kind: Literal["days", "text", "choice"] = "text"
    choices: tuple[str, ...] = ()
    default: str | int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`view` is its source, for people; `empty` says what to do where nothing is found. Shown only where all filters
    of `when` have these values. `kept_s`: how old an answer may be, for what is expensive. `bounds`: a query whose one
    row gives further parameters of `sql`: with times that are known beforehand only their partitions are planned.
    """

    name: str
    caption: str
    view: str
    sql: str
    columns: tuple[Column, ...]
    empty: str
    when: Mapping[str, str] = field(default_factory=dict)
    rows: int = 100
    kept_s: float = 2.0
    bounds: str = ""

    @property
    def shown(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.place == "page")


@dataclass(frozen=True, slots=True)
class Chart:
    """Of a table's columns: `time` over the one of `x`, `bars` named by all of `x`. Drawn from the rows that the page
    shows, and only where it shows that table.
    """

    kind: Literal["time", "bars"]
    table: str
    title: str
    x: tuple[str, ...]
    y: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`path` may have `{id}`; such a page is not in the menu."""

    path: str
    title: str
    group: Group
    about: str
    tables: tuple[Table, ...]
    filters: tuple[Filter, ...] = ()
    charts: tuple[Chart, ...] = ()
    news: tuple[str, ...] = ()
    template: str = "page.html"
    parts: Mapping[str, str] = field(default_factory=dict)
    """The parts of its path and what each may be, as a regular expression."""

    @property
    def in_menu(self) -> bool:
        return not self.parts

    def table(self, name: str) -> Table | None:
        return next((one for one in self.tables if one.name == name), None)


UNTITLED = "Answers differ from before"
"""What a shift is called until it is described."""

DAYS = Filter("days", "Days back", "days", default=30)
PROVIDER = Filter("provider", "Provider")
MODEL = Filter("model", "Model")
TASK = Filter("task", "Task")


def same(column: str, parameter: str = "") -> str:
    """SQL: the column is what the filter says, or the filter is empty."""
    name = parameter or column
    return f"(%({name})s::text IS NULL OR {column} = %({name})s)"
