"""What was saved, one row an opportunity and the sum."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, dollars
from coagent.entrypoints.terminal.wording import plain

TOTALS = """
SELECT opportunity_id, title, basis, min(day) AS first_day, count(*) AS days, min(seen_from) AS seen_from,
    sum(promised_usd) AS promised_usd, sum(realised_usd) AS realised_usd,
    sum(promised_usd) FILTER (WHERE realised_usd IS NULL) AS promised_unknown_usd
FROM savings_ledger WHERE is_complete GROUP BY opportunity_id, title, basis
ORDER BY sum(realised_usd) DESC NULLS LAST, opportunity_id
"""
"""Whole days alone: a promise is for a day."""


def ledger_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Unknowns are dashes."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_footer=True)
    table.add_column("Opportunity", "Sum", overflow="fold")
    table.add_column("Since", overflow="fold")
    table.add_column("Days", justify="right")
    table.add_column("Promised", _total(one["promised_usd"] for one in rows), justify="right")
    table.add_column("Realised", _total(one["realised_usd"] for one in rows), justify="right")
    table.add_column("Seen in traffic", overflow="fold")
    for one in rows:
        seen = f"from {one['seen_from']:%Y-%m-%d}" if one["seen_from"] else "not yet"
        table.add_row(
            Text(plain(one["title"] or one["opportunity_id"])),
            f"{one['basis']}, {one['first_day']:%Y-%m-%d}",
            f"{one['days']:,}",
            dollars(one["promised_usd"]),
            _realised(one),
            seen,
        )
    return table


def _realised(one: dict[str, Any]) -> str:
    """A day without known costs is said, with what was promised for it."""
    unknown = one["promised_unknown_usd"]
    return dollars(one["realised_usd"]) + (f", unknown of {dollars(unknown)} promised" if unknown else "")


def _total(amounts: Iterable[Decimal | None]) -> str:
    known = [one for one in amounts if one is not None]
    return dollars(sum(known, Decimal(0))) if known else UNKNOWN
