"""Opportunities as their view shows them."""

from collections.abc import Sequence
from typing import Any

from coagent.adapters.postgres.sql_reader import Answer, SqlReader
from coagent.domain.errors import Fatal
from coagent.entrypoints.terminal.opportunity_table import COLUMNS
from coagent.entrypoints.terminal.wording import plain

MOST = 10
NAMED = "SELECT * FROM opportunities WHERE starts_with(id, %(named)s) ORDER BY id"


HOLDS = "(status = 'approved' OR seen_at > (SELECT max(seen_at) FROM opportunities) - interval '1 day')"
"""What was found by the newest looks; what was approved stays in the list, for it is gone once it was done."""


def listed(reader: SqlReader, statuses: Sequence[str]) -> Answer:
    """The most expected savings first, of what still holds; no statuses: all that ever were."""
    where = f"WHERE status IN ({', '.join(repr(one) for one in statuses)}) AND {HOLDS}" if statuses else ""
    order = "ORDER BY monthly_savings_expected_usd DESC, id"
    return reader.ask(f"SELECT {', '.join(COLUMNS)} FROM opportunities {where} {order}")  # noqa: S608  our own words


def the_opportunity(reader: SqlReader, named: str) -> dict[str, Any]:
    """The one whose id is that, or begins so; raises Fatal."""
    answer = reader.ask(NAMED, {"named": named})
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    found = [one for one in rows if one["id"] == named] or rows
    if not found:
        raise Fatal(f"there is no opportunity {plain(named)!r}: `coagent opportunities list --status all` shows them")
    if len(found) > 1:
        names = ", ".join(plain(one["id"]) for one in found[:MOST])
        raise Fatal(f"{plain(named)!r} begins more than one id: {names}")
    return found[0]
