"""The rows of a page's tables."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from coagent.adapters.postgres.sql_reader import Answer
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.page import Table


class Shown(NamedTuple):
    """A table with one page of its rows; `more`: there are others after these."""

    table: Table
    rows: list[dict[str, Any]]
    number: int
    more: bool


def one_page(answers: Answers, table: Table, parameters: Mapping[str, Any], number: int = 1) -> Shown:
    """`number` from 1. Raises Fatal, Transient."""
    found = page_rows(answers, table, parameters, number)
    return Shown(table, as_rows(found), number, found.cut)


def page_rows(answers: Answers, table: Table, parameters: Mapping[str, Any], number: int) -> Answer:
    """As `one_page`; `cut`: there are others after these."""
    bounds = {"rows_asked": table.rows + 1, "rows_before": (number - 1) * table.rows}
    sql = f"SELECT * FROM ({table.sql}) AS found LIMIT %(rows_asked)s OFFSET %(rows_before)s"  # noqa: S608  our own
    found = answers.ask(sql, {**_bound(answers, table, parameters), **bounds}, table.kept_s)
    return Answer(found.columns, found.rows[: table.rows], len(found.rows) > table.rows)


def all_rows(answers: Answers, table: Table, parameters: Mapping[str, Any]) -> Answer:
    """Up to what the reader takes, for a file. Raises Fatal, Transient."""
    return answers.ask(table.sql, _bound(answers, table, parameters), table.kept_s)


def _bound(answers: Answers, table: Table, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """With those that the table's `bounds` give, None where there is no row."""
    if not table.bounds:
        return parameters
    found = answers.ask(table.bounds, parameters, table.kept_s)
    row = found.rows[0] if found.rows else [None] * len(found.columns)
    return {**parameters, **dict(zip(found.columns, row, strict=True))}


def as_rows(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
