"""ports.ProbeStore on Postgres."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Engine, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.tables import probe_outcomes, probes
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.errors import Fatal
from coagent.domain.plain_json import plain
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.domain.probe_state import ProbeState

RESERVE = text("""
INSERT INTO coagent.probe_days AS day (day, usd) SELECT :day, CAST(:usd AS numeric)
WHERE CAST(:usd AS numeric) <= :limit
ON CONFLICT (day) DO UPDATE SET usd = day.usd + excluded.usd WHERE day.usd + excluded.usd <= :limit
RETURNING day.usd
""")
"""One statement: of any number of runs at a time none sees a sum that another is about to pass."""
NEWEST = text("""
SELECT DISTINCT ON (probe) outcome FROM coagent.probe_outcomes WHERE at >= :since ORDER BY probe, batch DESC
""")
SETTLE = text("UPDATE coagent.probe_days SET usd = greatest(usd + CAST(:usd AS numeric), 0) WHERE day = :day")
SPENT = text("SELECT usd FROM coagent.probe_days WHERE day = :day")


class PostgresProbeStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, probe: Probe, at: datetime) -> None:
        """One that was removed learns its endpoint anew. Raises Fatal where it is there."""
        row = {
            "name": probe.name,
            "segment_id": probe.segment.id,
            "definition": plain(probe),
            "state": plain(ProbeState(batch=self.state(probe.name).batch)),
            "added_at": at,
            "due_at": at,
            "removed_at": None,
        }
        statement = upsert(probes)
        changed = {name: statement.excluded[name] for name in row if name != "name"}
        again = statement.on_conflict_do_update(
            index_elements=["name"], set_=changed, where=probes.c.removed_at.is_not(None)
        )
        with transaction(self._engine) as connection:
            write_segments(connection, [probe.segment])
            if connection.execute(again.returning(probes.c.name), row).first() is None:
                raise Fatal(f"probe {probe.name!r} is there already: remove it first, or take another name")

    def remove(self, name: str, at: datetime) -> bool:
        gone = update(probes).where(probes.c.name == name, probes.c.removed_at.is_(None)).values(removed_at=at)
        with transaction(self._engine) as connection:
            return connection.execute(gone).rowcount > 0

    def probes(self) -> list[tuple[Probe, datetime]]:
        query = select(probes.c.definition, probes.c.due_at).where(probes.c.removed_at.is_(None)).order_by("name")
        with transaction(self._engine) as connection:
            rows = connection.execute(query).all()
        return [(msgspec.convert(row.definition, Probe), row.due_at.astimezone(UTC)) for row in rows]

    def state(self, name: str) -> ProbeState:
        with transaction(self._engine) as connection:
            found = connection.execute(select(probes.c.state).where(probes.c.name == name)).scalar()
        return ProbeState() if found is None else msgspec.convert(found, ProbeState)

    def save_state(self, name: str, state: ProbeState, due_at: datetime | None = None) -> None:
        values: dict[str, Any] = {"state": plain(state), **({"due_at": due_at} if due_at else {})}
        with transaction(self._engine) as connection:
            connection.execute(update(probes).where(probes.c.name == name).values(values))

    def save_outcome(self, state: ProbeState, outcome: ProbeOutcome, due_at: datetime) -> None:
        with transaction(self._engine) as connection:
            write_segments(connection, [outcome.segment])
            connection.execute(
                update(probes).where(probes.c.name == outcome.probe).values(state=plain(state), due_at=due_at)
            )
            connection.execute(upsert(probe_outcomes).on_conflict_do_nothing(), _row(outcome))

    def revise(self, outcome: ProbeOutcome) -> None:
        row = _row(outcome)
        older = (probe_outcomes.c.id == outcome.id, probe_outcomes.c.sequence < outcome.sequence)
        with transaction(self._engine) as connection:
            connection.execute(update(probe_outcomes).where(*older).values(row))

    def newest(self, since: datetime) -> dict[str, ProbeOutcome]:
        with transaction(self._engine) as connection:
            rows = connection.execute(NEWEST, {"since": since}).scalars()
            found = [msgspec.convert(one, ProbeOutcome) for one in rows]
        return {one.probe: one for one in found}

    def outcomes(self, name: str, limit: int) -> list[ProbeOutcome]:
        """Newest first."""
        table = probe_outcomes
        query = select(table.c.outcome).where(table.c.probe == name).order_by(table.c.batch.desc()).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.convert(one, ProbeOutcome) for one in connection.execute(query).scalars()]

    def of_shift(self, shift_id: str) -> list[ProbeOutcome]:
        """Oldest first."""
        named = probe_outcomes.c.outcome["shift_id"].astext == shift_id
        query = select(probe_outcomes.c.outcome).where(named).order_by(probe_outcomes.c.at)
        with transaction(self._engine) as connection:
            return [msgspec.convert(one, ProbeOutcome) for one in connection.execute(query).scalars()]

    def unpublished(self, limit: int) -> list[ProbeOutcome]:
        table = probe_outcomes
        query = select(table.c.outcome).where(table.c.published < table.c.sequence).order_by(table.c.at).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.convert(one, ProbeOutcome) for one in connection.execute(query).scalars()]

    def mark_published(self, outcome: ProbeOutcome) -> None:
        done = update(probe_outcomes).where(probe_outcomes.c.id == outcome.id).values(published=outcome.sequence)
        with transaction(self._engine) as connection:
            connection.execute(done)

    def reserve(self, at: datetime, usd: Decimal, limit: Decimal) -> bool:
        values = {"day": at.astimezone(UTC).date(), "usd": usd, "limit": limit}
        with transaction(self._engine) as connection:
            return connection.execute(RESERVE, values).first() is not None

    def settle(self, at: datetime, reserved: Decimal, actual: Decimal) -> None:
        with transaction(self._engine) as connection:
            connection.execute(SETTLE, {"day": at.astimezone(UTC).date(), "usd": actual - reserved})

    def spent(self, at: datetime) -> Decimal:
        with transaction(self._engine) as connection:
            return connection.execute(SPENT, {"day": at.astimezone(UTC).date()}).scalar() or Decimal(0)


def _row(outcome: ProbeOutcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "sequence": outcome.sequence,
        "probe": outcome.probe,
        "segment_id": outcome.segment.id,
        "batch": outcome.batch,
        "outcome": plain(outcome),
        "began_at": outcome.began_at,
        "at": outcome.at,
    }
