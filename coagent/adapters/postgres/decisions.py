"""ports.Decisions on Postgres."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, get_args

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.conversations import word_of
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import with_segment
from coagent.adapters.postgres.rows import opportunity_of
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import decisions, holds, opportunities, words
from coagent.domain.decision import DecisionKind, Hold, KnownOpportunity, OpportunityDecision
from coagent.domain.notice import Word

STATUS = text("SELECT id, status FROM insights.opportunities")
NEWEST = text("""
SELECT DISTINCT ON (opportunity_id) * FROM coagent.decisions ORDER BY opportunity_id, at DESC, id DESC
""")


class PostgresDecisions:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def undecided(self, limit: int) -> list[Word]:
        query = select(words).where(words.c.decided_at.is_(None), words.c.kind.in_(get_args(DecisionKind)))
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(words.c.at, words.c.id).limit(limit)).mappings()
            return [word_of(row) for row in rows]

    def save(self, decision: OpportunityDecision) -> None:
        row = {name: _storable(value) for name, value in msgspec.structs.asdict(decision).items()}
        with transaction(self._engine) as connection:
            connection.execute(insert(decisions).on_conflict_do_nothing(), row)

    def mark_decided(self, word: str) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(words).where(words.c.id == word).values(decided_at=func.now()))

    def known(self) -> list[KnownOpportunity]:
        query = with_segment(opportunities).order_by(opportunities.c.id)
        with transaction(self._engine) as connection:
            status = {row.id: row.status for row in connection.execute(STATUS)}
            newest = _newest(connection)
            rows = connection.execute(query).mappings()
            return [_known(row, status[row["id"]], newest.get(row["id"])) for row in rows if row["id"] in status]

    def save_holds(self, found: Sequence[Hold]) -> None:
        rows = [msgspec.structs.asdict(one) for one in found]
        with transaction(self._engine) as connection:
            connection.execute(delete(holds))
            if rows:
                connection.execute(insert(holds), rows)


def _newest(connection: Connection) -> dict[str, OpportunityDecision]:
    rows = connection.execute(NEWEST).mappings()
    return {row["opportunity_id"]: _decision(row) for row in rows}


def _decision(row: RowMapping) -> OpportunityDecision:
    values: dict[str, Any] = {name: row[name] for name in OpportunityDecision.__struct_fields__}
    until = row["until"].astimezone(UTC) if row["until"] else None
    return OpportunityDecision(**{**values, "at": row["at"].astimezone(UTC), "until": until})


def _known(row: RowMapping, status: Any, decided: OpportunityDecision | None) -> KnownOpportunity:
    return KnownOpportunity(
        opportunity=opportunity_of(row),
        sequence=row["sequence"],
        status=status,
        found_at=row["found_at"].astimezone(UTC),
        decided=decided,
    )


def _storable(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value
