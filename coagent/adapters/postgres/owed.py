"""How long findings and deliveries have waited."""

from typing import NamedTuple

from sqlalchemy import Engine, text

from coagent.adapters.postgres.engine import transaction

QUERY = text("""
SELECT
    (
        SELECT coalesce(extract(epoch FROM now() - min(shift.raised_time)), 0) FROM coagent.shifts AS shift
        WHERE NOT EXISTS (
            SELECT FROM coagent.insights AS insight WHERE insight.kind = 'shift' AND insight.subject_id = shift.id
        )
    ),
    (
        SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM coagent.outbox WHERE state = 'owed'
    ),
    (SELECT count(*) FROM coagent.outbox WHERE state = 'parked')
""")


class Owed(NamedTuple):
    """Ages in seconds, 0 where nothing waits."""

    oldest_finding_s: float
    oldest_delivery_s: float
    parked: int


class OwedReader:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> Owed:
        """Raises Transient."""
        with transaction(self._engine) as connection:
            finding, delivery, parked = connection.execute(QUERY).one()
        return Owed(max(0.0, float(finding)), max(0.0, float(delivery)), int(parked))
