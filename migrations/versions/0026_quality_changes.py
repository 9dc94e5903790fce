"""Changes of streams' success rates, as findings."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

QUALITY_CHANGES = """
CREATE TABLE coagent.quality_changes (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    status text NOT NULL CHECK (status IN ('open', 'recovered', 'accepted')),
    finding jsonb NOT NULL,
    found_on timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((status = 'open') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX quality_changes_open ON coagent.quality_changes (segment_id) WHERE status = 'open';
"""


def upgrade() -> None:
    op.execute(QUALITY_CHANGES)
