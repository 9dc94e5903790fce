"""Shifts that were seen in many segments together keep which of them carry it."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE coagent.shifts ADD COLUMN carriers jsonb NOT NULL DEFAULT '[]'")
