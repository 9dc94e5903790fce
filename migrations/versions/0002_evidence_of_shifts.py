"""Shifts keep the row of their alarm and the way of the evidence to it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SHIFTS = """
ALTER TABLE coagent.shifts
    ADD COLUMN alarm_ordinal bigint,
    ADD COLUMN alarm_time timestamptz,
    ADD COLUMN alarm_request_id text,
    ADD COLUMN evidence jsonb
"""


def upgrade() -> None:
    op.execute(SHIFTS)
