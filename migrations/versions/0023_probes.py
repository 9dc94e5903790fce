"""Active probes: what is asked, what came of it, and what each day has cost."""

from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None

PROBES = """
CREATE TABLE coagent.probes (
    name text PRIMARY KEY,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    definition jsonb NOT NULL,
    state jsonb NOT NULL,
    added_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    removed_at timestamptz
);
CREATE TABLE coagent.probe_outcomes (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    probe text NOT NULL REFERENCES coagent.probes (name),
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    batch bigint NOT NULL,
    outcome jsonb NOT NULL,
    began_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    published bigint NOT NULL DEFAULT 0,
    UNIQUE (probe, batch)
);
CREATE INDEX probe_outcomes_at ON coagent.probe_outcomes (at);
CREATE INDEX probe_outcomes_unpublished ON coagent.probe_outcomes (at) WHERE published < sequence;
CREATE TABLE coagent.probe_days (
    day date PRIMARY KEY,
    usd numeric NOT NULL CHECK (usd >= 0)
);
"""


def upgrade() -> None:
    op.execute(PROBES)
