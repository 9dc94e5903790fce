"""What people decided about a stream, and what came of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, text

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import segment_of
from coagent.domain.explanation import Decision
from coagent.domain.segment import Segment

LOOKED_BACK = timedelta(days=7)
"""Before a shift's onset: what was decided since then belongs to its story."""

FIELDS = """
SELECT command.*, mute.ended_at, mute.ended_by
FROM insights.commands AS command LEFT JOIN insights.mutes AS mute ON mute.id = command.id
"""
OF_STREAM = text(f"""{FIELDS}
WHERE command.kind <> 'rate' AND command.at >= :since AND command.provider = :provider
    AND command.request_model = :request_model AND command.endpoint IS NOT DISTINCT FROM CAST(:endpoint AS text)
ORDER BY command.at, command.id
""")
OF_IDS = text(f"{FIELDS} WHERE command.id = ANY(:ids)")
ENDED = text(f"{FIELDS} WHERE mute.ended_at >= :since ORDER BY mute.ended_at, command.id")


class PostgresDecisionReader:
    """Reads only. Raises Transient where the database is away, Fatal where it was never migrated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_stream(self, segment: Segment, since: datetime) -> list[Decision]:
        """Oldest first."""
        named = {"provider": segment.provider, "request_model": segment.request_model, "endpoint": segment.endpoint}
        return self._read(OF_STREAM, {**named, "since": since})

    def of_ids(self, ids: Sequence[str]) -> dict[str, Decision]:
        """Those that the sink has read."""
        return {one.id: one for one in self._read(OF_IDS, {"ids": list(ids)})}

    def ended_mutes(self, since: datetime) -> list[Decision]:
        """Mutes that ended since then, in their order."""
        return self._read(ENDED, {"since": since})

    def _read(self, query: Any, values: dict[str, object]) -> list[Decision]:
        with transaction(self._engine) as connection:
            return [_decision(row) for row in connection.execute(query, values).mappings()]


def _decision(row: RowMapping) -> Decision:
    times = {name: utc(row[name]) for name in ("at", "muted_until", "ended_at", "obeyed_at")}
    same = {name: row[name] for name in ("id", "kind", "by", "reason", "ended_by", "refused")}
    values: dict[str, Any] = {**same, **times}
    return Decision(**values, segment=segment_of(row), signals=row["signals"] or [])


def utc(time: datetime | None) -> datetime | None:
    """The same instant."""
    return None if time is None else time.astimezone(UTC)
