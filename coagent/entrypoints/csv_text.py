"""Rows as CSV: values as the view has them, unknown ones empty."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run where a text begins so (OWASP, CSV injection); an apostrophe before it stops that."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The names first; lines end as RFC 4180 wants it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_value(one) for one in row] for row in rows)
    return file.getvalue()


def _value(value: Any) -> Any:
    match value:
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case date():  # and datetime
            return value.isoformat()
        case dict() | list():
            return msgspec.json.encode(value, enc_hook=str).decode()
        case _:
            return value
