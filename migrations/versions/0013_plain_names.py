"""Plainer names; `carriers`, which nothing fills any more, goes (`parts` says who is affected); what was declared."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

VIEWS = "DROP VIEW IF EXISTS insights.shifts CASCADE"
"""It names the column; it is made anew after the revisions."""

DETECTORS = "ALTER TABLE coagent.detectors RENAME COLUMN wolves TO false_alarms"
SHIFTS = "ALTER TABLE coagent.shifts DROP COLUMN carriers, ADD COLUMN declared jsonb NOT NULL DEFAULT '[]'"
CONVERSATIONS = """
UPDATE coagent.conversations
SET state = state - 'told' || jsonb_build_object('reported', state -> 'told')
WHERE state ? 'told'
"""


def upgrade() -> None:
    op.execute(VIEWS)
    op.execute(DETECTORS)
    op.execute(SHIFTS)
    op.execute(CONVERSATIONS)
