"""Rows of a query, as a table and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN
from coagent.entrypoints.terminal.wording import plain

DIGITS = 6


def answer_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Numbers to the right, NULL as a dash; nothing in a value acts on the terminal."""
    found = list(rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        numeric = any(isinstance(row[place], int | float | Decimal) for row in found)
        table.add_column(plain(name), justify="right" if numeric else "left", overflow="fold")
    for row in found:
        table.add_row(*(Text(cell(value)) for value in row))
    return table


def cell(value: Any) -> str:
    """As people read it: six significant digits, UTC times to the second."""
    if value is None:
        return UNKNOWN
    if isinstance(value, float | Decimal):
        return f"{value:,.{DIGITS}g}" if abs(value) < 10**DIGITS else f"{value:,.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return plain(str(value) if not isinstance(value, dict | list) else msgspec.json.encode(value).decode())


def json_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """One JSON object a row, for programs: numbers as numbers, NULL as null."""
    for row in rows:
        values = [float(value) if isinstance(value, Decimal) else value for value in row]
        yield msgspec.json.encode(dict(zip(columns, values, strict=True)), enc_hook=str).decode()
