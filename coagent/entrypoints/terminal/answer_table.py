"""Rows of a query, as a table and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN
from coagent.entrypoints.terminal.wording import plain

DIGITS = 6
READABLE = 14
"""Cells that a column needs to be read; a longer text wraps in them."""
GAP = 2


def answer_view(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int) -> RenderableType:
    """A table, or one record below the other where its columns would be too narrow to read in `width` cells."""
    found = list(rows)
    longest = [max(len(name), *(len(cell(row[at])) for row in found), 0) for at, name in enumerate(columns)]
    needed = sum(min(one, READABLE) for one in longest) + GAP * (len(columns) - 1)
    return answer_table(columns, found) if needed <= width or not found else Group(*_records(columns, found))


def _records(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[RenderableType]:
    for at, row in enumerate(rows):
        yield Rule(Text(f"row {at + 1:,} of {len(rows):,}", style="dim"), align="left", style="dim")
        grid = Table.grid(padding=(0, GAP))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in zip(columns, row, strict=True):
            grid.add_row(plain(name), Text(cell(value)))
        yield grid


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
