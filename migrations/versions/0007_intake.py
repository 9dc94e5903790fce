"""What was read of the telemetry topics and what became of it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INTAKE = """
CREATE TABLE coagent.intake (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    run text NOT NULL,
    cluster text NOT NULL,
    topic text NOT NULL,
    at timestamptz NOT NULL,
    read bigint NOT NULL,
    accepted bigint NOT NULL,
    last text NOT NULL,
    reasons jsonb NOT NULL
)
"""


def upgrade() -> None:
    op.execute(INTAKE)
