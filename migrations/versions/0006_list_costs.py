"""Rollups keep the list price beside what was billed, and how many costs are unknown for doubt of the token counts."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE coagent.rollups_1m "
        "ADD COLUMN cost_doubtful bigint NOT NULL DEFAULT 0, "
        "ADD COLUMN list_cost_usd numeric, "
        "ADD COLUMN list_cost_known bigint NOT NULL DEFAULT 0"
    )
