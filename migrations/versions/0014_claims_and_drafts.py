"""Who works on which subject, what the model answered about it, and which briefs were sent."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CLAIMS = """
CREATE TABLE coagent.claims (
    kind text NOT NULL,
    subject_id text NOT NULL,
    edition integer NOT NULL,
    sequence bigint NOT NULL,
    attempts integer NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (kind, subject_id, edition)
);
CREATE INDEX claims_until ON coagent.claims (until);
"""

DRAFTS = """
CREATE TABLE coagent.drafts (
    insight_id text NOT NULL,
    sequence bigint NOT NULL,
    number integer NOT NULL,
    model text NOT NULL,
    answer text NOT NULL,
    problems jsonb NOT NULL,
    accepted boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (insight_id, sequence, number)
);
CREATE INDEX drafts_at ON coagent.drafts (at);
"""

BRIEFS = """
CREATE TABLE coagent.briefs (
    name text PRIMARY KEY,
    at timestamptz NOT NULL,
    messages integer NOT NULL
);
"""
"""By name (`daily-2026-03-01`), also those with nothing to say: each is decided on once."""


def upgrade() -> None:
    for statement in (CLAIMS, DRAFTS, BRIEFS):
        op.execute(statement)
