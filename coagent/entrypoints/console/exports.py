"""A table as CSV and JSON: values as the view has them, unknown ones empty or null."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from coagent.adapters.postgres.sql_reader import Answer
from coagent.entrypoints.console.page import Table
from coagent.entrypoints.csv_text import csv_text


def as_csv(table: Table, answer: Answer) -> bytes:
    """The names of the view's columns first."""
    places = _places(table, answer)
    return csv_text(
        [column.name for column in table.columns], ([row[at] for at in places] for row in answer.rows)
    ).encode()


def as_json(table: Table, answer: Answer) -> bytes:
    """`source`, `cut` (there are more rows) and `rows`, one object each."""
    places = dict(zip((column.name for column in table.columns), _places(table, answer), strict=True))
    rows = [{name: _json_value(row[place]) for name, place in places.items()} for row in answer.rows]
    return msgspec.json.encode({"source": table.view, "cut": answer.cut, "rows": rows}, enc_hook=str)


def _places(table: Table, answer: Answer) -> list[int]:
    return [answer.columns.index(column.name) for column in table.columns]


def _json_value(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat()
        case _:
            return value
