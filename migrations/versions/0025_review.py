"""The review queue: what may be drawn, what was, what people say, and what that says of quality."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SAMPLED = """
CREATE TABLE coagent.review_parts (
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    day timestamptz NOT NULL,
    part text NOT NULL,
    sequence bigint NOT NULL,
    requests jsonb NOT NULL,
    without_id bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (day, segment_id, part)
);
CREATE TABLE coagent.review_entries (
    day timestamptz NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    request_id text NOT NULL,
    reason text NOT NULL,
    rank bigint NOT NULL,
    "time" timestamptz NOT NULL,
    task text,
    tenant text,
    cost_usd double precision,
    quality_score double precision,
    mean_logprob double precision,
    PRIMARY KEY (day, segment_id, request_id)
);
CREATE INDEX review_entries_rank ON coagent.review_entries (day, segment_id, reason, rank);
"""

DRAWN = """
CREATE TABLE coagent.review_draws (
    drawn_on date PRIMARY KEY,
    day timestamptz NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    budget integer NOT NULL,
    looks integer NOT NULL CHECK (looks <= budget)
);
CREATE TABLE coagent.review_cells (
    day timestamptz NOT NULL REFERENCES coagent.review_draws (day) ON DELETE CASCADE,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    reason text NOT NULL,
    requests bigint NOT NULL,
    stratum text NOT NULL,
    stratum_requests bigint NOT NULL,
    stratum_drawn integer NOT NULL,
    PRIMARY KEY (day, segment_id, reason)
);
CREATE TABLE coagent.review_queue (
    id text PRIMARY KEY,
    day timestamptz NOT NULL REFERENCES coagent.review_draws (day) ON DELETE CASCADE,
    place integer NOT NULL,
    looks integer NOT NULL,
    reason text NOT NULL,
    request_id text NOT NULL,
    segment_id text REFERENCES coagent.segments (id),
    stratum text,
    probability double precision,
    "time" timestamptz,
    task text,
    tenant text,
    cost_usd double precision,
    quality_score double precision,
    mean_logprob double precision,
    link text,
    UNIQUE (day, place)
);
CREATE INDEX review_queue_request ON coagent.review_queue (request_id);
"""

SAID = """
CREATE TABLE coagent.review_labels (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('label', 'report')),
    request_id text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    verdict text CHECK (verdict IN ('success', 'failure', 'unsure')),
    tags jsonb NOT NULL,
    cluster text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'label') = (verdict IS NOT NULL))
);
CREATE INDEX review_labels_request ON coagent.review_labels (request_id, by, at);
CREATE INDEX review_labels_recorded ON coagent.review_labels (recorded_at);
"""

QUALITY = """
CREATE TABLE coagent.quality (
    id text PRIMARY KEY,
    day timestamptz NOT NULL,
    days integer NOT NULL,
    segment_id text REFERENCES coagent.segments (id),
    provider text,
    request_model text,
    task text,
    is_by_task boolean NOT NULL,
    requests bigint NOT NULL,
    drawn bigint NOT NULL,
    labelled bigint NOT NULL,
    unsure bigint NOT NULL,
    success_rate double precision,
    low double precision,
    high double precision,
    low_if_failed double precision,
    high_if_succeeded double precision,
    disagreement double precision,
    change text CHECK (change IN ('worse', 'better', 'none')),
    reference_rate double precision,
    evaluated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quality_day ON coagent.quality (day);
CREATE TABLE coagent.review_agreement (
    measure text NOT NULL,
    reviewer text,
    other_reviewer text,
    requests bigint NOT NULL,
    agreed_share double precision NOT NULL,
    value double precision,
    evaluated_at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    for statement in (SAMPLED, DRAWN, SAID, QUALITY):
        op.execute(statement)
