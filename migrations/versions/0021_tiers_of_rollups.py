"""Rollups say the service tier; a shift keeps when it first paged."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PAGED = """
ALTER TABLE coagent.shifts ADD COLUMN paged_at timestamptz;
UPDATE coagent.shifts SET paged_at = raised_time WHERE page;
"""

TIERS = """
ALTER TABLE coagent.rollups_1m ADD COLUMN service_tier text;
ALTER TABLE coagent.models_1d ADD COLUMN service_tier text;
"""
LONGER = """
ALTER TABLE coagent.rollups_{unit} ADD COLUMN service_tier text;
ALTER TABLE coagent.rollups_{unit} DROP CONSTRAINT rollups_{unit}_pkey;
ALTER TABLE coagent.rollups_{unit}
    ADD CONSTRAINT rollups_{unit}_key UNIQUE NULLS NOT DISTINCT (segment_id, "start", service_tier);
"""


def upgrade() -> None:
    op.execute(PAGED)
    op.execute(TIERS)
    for unit in ("1h", "1d"):
        op.execute(LONGER.format(unit=unit))
