"""A table as CSV and JSON: values as the view has them, unknown ones empty or null."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from coagent.adapters.postgres.sql_reader import Answer
from coagent.entrypoints.console.page import Table

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run where a text begins so (OWASP, CSV injection); an apostrophe before it stops that."""


def as_csv(table: Table, answer: Answer) -> bytes:
    """The names of the view's columns first."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    places = _places(table, answer)
    writer.writerows([_csv_value(row[place]) for place in places] for row in answer.rows)
    return file.getvalue().encode()


def as_json(table: Table, answer: Answer) -> bytes:
    """`source`, `cut` (there are more rows) and `rows`, one object each."""
    places = dict(zip((column.name for column in table.columns), _places(table, answer), strict=True))
    rows = [{name: _json_value(row[place]) for name, place in places.items()} for row in answer.rows]
    return msgspec.json.encode({"source": table.view, "cut": answer.cut, "rows": rows}, enc_hook=str)


def _places(table: Table, answer: Answer) -> list[int]:
    return [answer.columns.index(column.name) for column in table.columns]


def _csv_value(value: Any) -> Any:
    match value:
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case date():  # and datetime
            return value.isoformat()
        case dict() | list():
            return msgspec.json.encode(value, enc_hook=str).decode()
        case _:
            return value


def _json_value(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat()
        case _:
            return value
