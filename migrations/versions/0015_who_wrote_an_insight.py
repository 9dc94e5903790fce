"""Insights have editions, the plain one first, and say who wrote them."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PROVENANCE = """
ALTER TABLE coagent.insights
    ADD COLUMN edition integer NOT NULL DEFAULT 0,
    ADD COLUMN provenance jsonb NOT NULL DEFAULT '{}'
"""


def upgrade() -> None:
    op.execute(PROVENANCE)
