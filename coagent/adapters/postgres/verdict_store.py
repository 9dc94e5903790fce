"""ports.VerdictStore on Postgres."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import that_wait
from coagent.adapters.postgres.tables import verdicts
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.plain_json import plain
from coagent.domain.verdict import Trial, Verdict

RUNNING = verdicts.c.status == "running"


class PostgresVerdictStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def running(self) -> list[tuple[Trial, bytes | None]]:
        query = select(verdicts.c.verdict["trial"], verdicts.c.state).where(RUNNING).order_by(verdicts.c.id)
        with transaction(self._engine) as connection:
            return [(msgspec.convert(trial, Trial), state) for trial, state in connection.execute(query)]

    def add(self, verdict: Verdict) -> bool:
        trial = verdict.trial
        row = {
            "id": verdict.id,
            "segment_id": verdict.segment.id,
            "name": trial.name,
            "opportunity_id": trial.opportunity_id,
            "started_at": trial.started_at,
            **_changing(verdict),
        }
        with transaction(self._engine) as connection:
            write_segments(connection, [verdict.segment])
            added = insert(verdicts).on_conflict_do_nothing().returning(verdicts.c.id)
            return connection.execute(added, row).first() is not None

    def save(self, found: Sequence[tuple[Verdict, bytes]]) -> None:
        with transaction(self._engine) as connection:
            for verdict, state in found:
                kept = None if verdict.sequence else state
                changed = update(verdicts).where(verdicts.c.id == verdict.id, RUNNING)
                connection.execute(changed.values(**_changing(verdict), state=kept))

    def end(self, trial_id: str, by: str, reason: str, at: datetime) -> bool:
        query = select(verdicts.c.verdict).where(verdicts.c.id == trial_id, RUNNING).with_for_update()
        with transaction(self._engine) as connection:
            found = connection.execute(query).scalar()
            if found is None:
                return False
            known = msgspec.convert(found, Verdict)
            ended = msgspec.structs.replace(
                known, sequence=1, status="stopped", ended_at=at, ended_by=by, reason=reason
            )
            connection.execute(update(verdicts).where(verdicts.c.id == trial_id).values(**_changing(ended), state=None))
            return True

    def unreported(self, limit: int) -> list[Verdict]:
        query = that_wait(verdicts, "verdict").where(verdicts.c.sequence > 0)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(verdicts.c.ended_at, verdicts.c.id).limit(limit)).mappings()
            return [msgspec.convert(row["verdict"], Verdict) for row in rows]

    def named(self, name: str) -> list[Verdict]:
        """By the beginning of an id, or by its name; the newest first."""
        by_id = verdicts.c.id.startswith(name, autoescape=True)
        query = select(verdicts.c.verdict).where(by_id | (verdicts.c.name == name))
        with transaction(self._engine) as connection:
            found = connection.execute(query.order_by(verdicts.c.started_at.desc())).scalars()
            return [msgspec.convert(one, Verdict) for one in found]

    def all(self, limit: int) -> list[Verdict]:
        """The newest first."""
        query = select(verdicts.c.verdict).order_by(verdicts.c.started_at.desc(), verdicts.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.convert(one, Verdict) for one in connection.execute(query).scalars()]


def _changing(verdict: Verdict) -> dict[str, Any]:
    return {
        "sequence": verdict.sequence,
        "status": verdict.status,
        "verdict": plain(verdict),
        "ended_at": verdict.ended_at,
    }
