"""Trials of changes of one's own, with their verdicts."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

VERDICTS = """
CREATE TABLE coagent.verdicts (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'certified', 'halted', 'undecided', 'stopped')),
    verdict jsonb NOT NULL,
    state bytea,
    opportunity_id text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((status = 'running') = (sequence = 0)),
    CHECK ((status = 'running') = (ended_at IS NULL))
);
CREATE INDEX verdicts_running ON coagent.verdicts (started_at) WHERE status = 'running';
CREATE UNIQUE INDEX verdicts_name ON coagent.verdicts (name) WHERE status = 'running';
CREATE INDEX verdicts_opportunity ON coagent.verdicts (opportunity_id, started_at);
"""


def upgrade() -> None:
    op.execute(VERDICTS)
