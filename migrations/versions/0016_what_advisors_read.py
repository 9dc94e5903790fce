"""Rollups count what the advisors need; an opportunity says its parts, its savings alone, effort and doubt."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROLLUPS = """
ALTER TABLE coagent.rollups_{unit}
    ADD COLUMN tiers_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN priority_requests bigint NOT NULL DEFAULT 0,
    ADD COLUMN batched_requests bigint NOT NULL DEFAULT 0,
    ADD COLUMN long_inputs bigint NOT NULL DEFAULT 0,
    ADD COLUMN long_input_tokens bigint NOT NULL DEFAULT 0,
    ADD COLUMN max_tokens_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN tool_requests bigint NOT NULL DEFAULT 0,
    ADD COLUMN tools_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN quality_scores_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN max_tokens bigint,
    ADD COLUMN failed_cost_usd numeric NOT NULL DEFAULT 0,
    ADD COLUMN quality_score numeric;
"""
OPPORTUNITIES = """
ALTER TABLE coagent.opportunities
    ADD COLUMN alone_savings_low_usd numeric,
    ADD COLUMN alone_savings_expected_usd numeric,
    ADD COLUMN alone_savings_high_usd numeric,
    ADD COLUMN parts jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN benefit text,
    ADD COLUMN effort text NOT NULL DEFAULT 'medium',
    ADD COLUMN wrong_if text NOT NULL DEFAULT '',
    ADD COLUMN sample_size bigint;
"""


def upgrade() -> None:
    for unit in ("1m", "1h", "1d"):
        op.execute(ROLLUPS.format(unit=unit))
    op.execute(OPPORTUNITIES)
