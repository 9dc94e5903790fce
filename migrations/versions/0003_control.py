"""What each detector promises, and what people decided."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DETECTORS = """
CREATE TABLE coagent.detectors (
    segment_id text NOT NULL REFERENCES coagent.segments,
    signal text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    rows_seen bigint NOT NULL,
    segment_promise_rows double precision NOT NULL,
    status text NOT NULL,
    promise_rows double precision,
    log10_needed double precision,
    log10_evidence double precision NOT NULL,
    log10_peak double precision NOT NULL,
    budget_share double precision NOT NULL,
    reference_rows bigint NOT NULL,
    caution double precision NOT NULL,
    wolves bigint NOT NULL,
    muted_until timestamptz,
    PRIMARY KEY (segment_id, signal)
)
"""

COMMANDS = """
CREATE TABLE coagent.commands (
    id text PRIMARY KEY,
    kind text NOT NULL,
    segment_id text REFERENCES coagent.segments,
    at timestamptz NOT NULL,
    by text NOT NULL,
    reason text NOT NULL,
    shift_id text,
    muted_until timestamptz,
    signals jsonb,
    rows_per_month double precision,
    cluster text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL
);
CREATE INDEX commands_segment ON coagent.commands (segment_id, at);
"""


def upgrade() -> None:
    op.execute(DETECTORS)
    op.execute(COMMANDS)
