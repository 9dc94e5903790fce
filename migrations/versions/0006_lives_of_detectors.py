"""Detectors keep when their state began, to be replaced by those of a state that began anew."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE coagent.detectors ADD COLUMN began timestamptz NOT NULL DEFAULT 'epoch'")
