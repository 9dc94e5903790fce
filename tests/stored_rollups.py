"""What the sink stored, read back."""

from datetime import UTC

from sqlalchemy import Engine

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import with_segment
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import rollups_1m
from coagent.domain.rollup import Rollup

STORED = [name for name in Rollup.__struct_fields__ if name not in {"segment", "minute"}]


def stored_rollups(engine: Engine) -> list[Rollup]:
    """Ascending by minute, account and part."""
    query = with_segment(rollups_1m).order_by(rollups_1m.c.minute, rollups_1m.c.segment_id, rollups_1m.c.part)
    with transaction(engine) as connection:
        return [
            Rollup(
                segment=segment_of(row),
                minute=row["minute"].astimezone(UTC),
                **{name: row[name] for name in STORED},
            )
            for row in connection.execute(query).mappings()
        ]
