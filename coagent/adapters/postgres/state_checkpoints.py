"""Copies of the worker's states, for a broker whose log, changelog included, does not outlive its process."""

from collections.abc import Sequence

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.tables import state_checkpoints
from coagent.domain.state_checkpoint import StateCheckpoint

KEPT_DAYS = 90
"""A stream without a request for so long is forgotten; convention: a baseline of last quarter helps nobody."""


class StateCheckpoints:
    """All calls may be repeated; they raise Transient where the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> list[StateCheckpoint]:
        """The newest of every key; those that nothing was added to for KEPT_DAYS are deleted first."""
        table = state_checkpoints
        with transaction(self._engine) as connection:
            old = table.c.updated_at < func.now() - text(f"interval '{KEPT_DAYS} days'")
            connection.execute(table.delete().where(old))
            columns = (table.c.table, table.c.key, table.c.cluster, table.c.messages, table.c.state)
            return [StateCheckpoint(*row) for row in connection.execute(select(*columns))]

    def write(self, checkpoints: Sequence[StateCheckpoint]) -> None:
        """In one transaction; one of fewer messages than what is there changes nothing."""
        if not checkpoints:
            return
        statement = insert(state_checkpoints)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["table", "key"],
            set_={"cluster": new.cluster, "messages": new.messages, "state": new.state, "updated_at": func.now()},
            where=new.messages >= state_checkpoints.c.messages,
        )
        rows = [
            {"table": one.table, "key": one.key, "cluster": one.cluster, "messages": one.messages, "state": one.state}
            for one in sorted(checkpoints, key=lambda one: (one.table, one.key))
        ]
        with transaction(self._engine) as connection:
            connection.execute(statement, rows)
