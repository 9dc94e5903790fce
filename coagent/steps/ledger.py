"""Writes the ledger: what each approved change saved, day by day, in absolute values."""

from datetime import datetime, timedelta

from coagent.domain.decision import KnownOpportunity, accounts_of, is_trial, target_of
from coagent.domain.saving import Saving
from coagent.ledger.savings import BASELINE, begin_of, savings
from coagent.ports import Decisions, SavingsStore

LATE = timedelta(days=15)
"""A day longer than minutes are kept: what is older does not change any more, and is not summed again."""
NOT_COUNTED = frozenset({"rejected"})
"""What it saved before stays in the ledger."""


class LedgerStep:
    """The same days give the same rows: running it again changes nothing."""

    def __init__(self, decisions: Decisions, store: SavingsStore) -> None:
        self._decisions = decisions
        self._store = store

    def run(self) -> int:
        """How many opportunities have rows. Blocks; raises Transient where the database is away."""
        complete = self._store.complete_until()
        if complete is None:
            return 0
        newest = self._store.newest()
        return sum(self._write(one, newest.get(one.opportunity.id), complete) for one in self._decisions.known())

    def _write(self, known: KnownOpportunity, newest: datetime | None, complete: datetime) -> bool:
        name = known.opportunity.id
        if known.status in NOT_COUNTED or is_trial(known.opportunity):
            return newest is not None
        rows = self._savings(known, complete)
        recent = complete - LATE
        is_begun = newest is not None and any(row.day < recent for row in rows)
        since = recent if is_begun else begin_of(known)
        if rows or newest is not None:
            self._store.replace(name, [row for row in rows if row.day >= since], since)
        return bool(rows)

    def _savings(self, known: KnownOpportunity, complete: datetime) -> list[Saving]:
        found = known.opportunity
        days = self._store.usage(accounts_of(found), target_of(found), begin_of(known) - BASELINE)
        return savings(known, days, complete)
