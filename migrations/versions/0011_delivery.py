"""Conversations with people: what each was told, which ticket is whose, and what they answered."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OUTBOX = """
ALTER TABLE coagent.outbox
    DROP CONSTRAINT outbox_insight_id_fkey,  -- a message may stand for many findings
    DROP CONSTRAINT outbox_state_check,
    ADD CONSTRAINT outbox_state_check CHECK (state IN ('owed', 'sent', 'parked', 'dropped')),
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX outbox_order ON coagent.outbox (channel, insight_id, position) WHERE state = 'owed';
CREATE INDEX outbox_created ON coagent.outbox (channel, created_at);
"""

CONVERSATIONS = """
CREATE TABLE coagent.conversations (
    id text PRIMARY KEY,
    kind text NOT NULL,
    sequence bigint NOT NULL,
    group_id text,
    group_key text,
    digest boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz,
    state jsonb NOT NULL
);
CREATE INDEX conversations_due ON coagent.conversations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_group ON coagent.conversations (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX conversations_key ON coagent.conversations (group_key, opened_at);
CREATE INDEX conversations_digest ON coagent.conversations (opened_at) WHERE digest;
"""

TICKETS = """
CREATE TABLE coagent.tickets (
    channel text NOT NULL,
    conversation text NOT NULL,
    begun_at timestamptz NOT NULL,
    ref text,
    url text,
    revision integer NOT NULL,
    closed boolean NOT NULL,
    PRIMARY KEY (channel, conversation)
);
CREATE INDEX tickets_ref ON coagent.tickets (ref);
"""

WORDS = """
CREATE TABLE coagent.words (
    id text PRIMARY KEY,
    conversation text NOT NULL,
    kind text NOT NULL,
    by text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    reason text NOT NULL,
    done_at timestamptz
);
CREATE INDEX words_open ON coagent.words (at) WHERE done_at IS NULL;
"""


def upgrade() -> None:
    for statement in (OUTBOX, CONVERSATIONS, TICKETS, WORDS):
        op.execute(statement)
