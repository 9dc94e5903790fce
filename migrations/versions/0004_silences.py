"""Segments that stopped."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SILENCES = """
CREATE TABLE coagent.silences (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments,
    status text NOT NULL,
    last timestamptz NOT NULL,
    noticed timestamptz NOT NULL,
    returned timestamptz,
    pauses bigint NOT NULL,
    longest_s double precision NOT NULL
)
"""


def upgrade() -> None:
    op.execute(SILENCES)
