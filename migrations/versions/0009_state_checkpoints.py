"""What detection has learned, where the broker's log does not outlive its process."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATE_CHECKPOINTS = """
CREATE TABLE coagent.state_checkpoints (
    "table" text NOT NULL,
    key bytea NOT NULL,
    cluster text NOT NULL,
    messages bigint NOT NULL,
    state bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY ("table", key)
)
"""


def upgrade() -> None:
    op.execute(STATE_CHECKPOINTS)
