"""The check of a mapping on a terminal."""

from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from coagent.entrypoints.mapping.check import Check, CheckedRecord
from coagent.entrypoints.terminal.reason_words import reason_words

_SHOWN = ("attributes",)


def check_view(check: Check) -> Group:
    """A line a record, then each field with how many requests have it and the first value."""
    parts: list[Any] = [_records(check), "", _fields(check)]
    if check.never:
        parts.append(f"\nno request had: {escape(', '.join(check.never))}. Look at their paths.")
    return Group(*parts)


def _records(check: Check) -> Table:
    table = Table(box=None, pad_edge=False, title=f"{check.accepted} of {len(check.records)} records are requests")
    for name in ("record", "outcome", "why"):
        table.add_column(name, overflow="fold")
    for record in check.records:
        table.add_row(escape(record.place), record.outcome, escape(_why(record)))
    return table


def _why(record: CheckedRecord) -> str:
    if record.outcome == "request":
        return f"noted: {', '.join(record.notes)}" if record.notes else ""
    why = record.detail or reason_words(str(record.reason))
    return f"{record.reason}: {why}" if why else str(record.reason)


def _plain(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _fields(check: Check) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("field")
    table.add_column("requests", justify="right")
    table.add_column("first value", overflow="fold")
    values: dict[str, list[Any]] = {}
    for record in check.records:
        for name, value in record.fields.items():
            values.setdefault(name, []).append(value)
    for name, found in values.items():
        if name not in _SHOWN:
            table.add_row(name, str(len(found)), escape(_plain(found[0])))
    return table
