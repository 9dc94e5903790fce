"""Shifts keep their direction, why they do not page, who carries them and what they cost; dismissals why in a word."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE coagent.shifts "
        "ADD COLUMN direction text NOT NULL DEFAULT 'neither', "
        "ADD COLUMN held_because jsonb NOT NULL DEFAULT '[]', "
        "ADD COLUMN parts jsonb NOT NULL DEFAULT '[]', "
        "ADD COLUMN cost jsonb"
    )
    op.execute("ALTER TABLE coagent.dismissals ADD COLUMN held_because jsonb NOT NULL DEFAULT '[]'")
