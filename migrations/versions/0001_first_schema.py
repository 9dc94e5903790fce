"""The first schema: what the sink and the agent keep, and the read-only role."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEGMENTS = """
CREATE TABLE coagent.segments (
    id text PRIMARY KEY,
    provider text NOT NULL,
    request_model text NOT NULL,
    endpoint text,
    task text,
    tenant text
)
"""

ROLLUPS = """
CREATE TABLE coagent.rollups_1m (
    segment_id text NOT NULL,  -- no foreign key: checked a hundred thousand times a second it would only cost
    minute timestamptz NOT NULL,
    part text NOT NULL,
    sequence bigint NOT NULL,
    requests bigint NOT NULL,
    errors bigint NOT NULL,
    truncations bigint NOT NULL,
    refusals bigint,
    fallbacks bigint,
    cache_hits bigint,
    streamed bigint,
    input_tokens bigint,
    output_tokens bigint,
    cached_input_tokens bigint,
    cache_write_tokens bigint,
    reasoning_tokens bigint,
    cost_usd numeric,
    cost_known bigint NOT NULL,
    price_version text,
    prompts_known bigint NOT NULL,
    duration_sketch bytea,
    time_to_first_token_sketch bytea,
    prompt_sketch bytea,
    -- the seven below are estimates over all parts of the minute, written to each of them
    duration_p50_s double precision,
    duration_p95_s double precision,
    duration_p99_s double precision,
    time_to_first_token_p50_s double precision,
    time_to_first_token_p95_s double precision,
    time_to_first_token_p99_s double precision,
    distinct_prompts double precision,
    PRIMARY KEY (segment_id, minute, part)
)
"""

SHIFTS = """
CREATE TABLE coagent.shifts (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments,
    status text NOT NULL,
    onset_ordinal bigint NOT NULL,
    onset_time timestamptz NOT NULL,
    onset_request_id text,
    onset_low bigint NOT NULL,
    onset_high bigint NOT NULL,
    raised_ordinal bigint NOT NULL,
    raised_time timestamptz NOT NULL,
    raised_request_id text,
    updated_ordinal bigint NOT NULL,
    updated_time timestamptz NOT NULL,
    updated_request_id text,
    signals jsonb NOT NULL,
    cause_family text NOT NULL,
    cause_kind text NOT NULL,
    cause_confidence double precision NOT NULL,
    cause_because jsonb NOT NULL,
    page boolean NOT NULL
)
"""

DISMISSALS = """
CREATE TABLE coagent.dismissals (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments,
    signal text NOT NULL,
    raised_ordinal bigint NOT NULL,
    raised_time timestamptz NOT NULL,
    raised_request_id text,
    why text NOT NULL
)
"""

DEAD_LETTERS = """
CREATE TABLE coagent.dead_letters (
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    index integer NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cluster, topic, partition, "offset", index)
)
"""

OPPORTUNITIES = """
CREATE TABLE coagent.opportunities (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments,
    title text NOT NULL,
    monthly_savings_low_usd numeric NOT NULL,
    monthly_savings_expected_usd numeric NOT NULL,
    monthly_savings_high_usd numeric NOT NULL,
    assumptions jsonb NOT NULL,
    evidence jsonb NOT NULL,
    action jsonb NOT NULL,
    risk text NOT NULL,
    validation text NOT NULL,
    price_version text,
    found_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
)
"""

INSIGHTS = """
CREATE TABLE coagent.insights (
    id text PRIMARY KEY,
    kind text NOT NULL,
    subject_id text NOT NULL,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments,
    title text NOT NULL,
    text text NOT NULL,
    page boolean NOT NULL,
    narrator text NOT NULL,
    facts jsonb NOT NULL,
    subject jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (kind, subject_id)
)
"""

OUTBOX = """
CREATE TABLE coagent.outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idempotency_key text NOT NULL UNIQUE,
    channel text NOT NULL,
    insight_id text NOT NULL REFERENCES coagent.insights,
    payload bytea NOT NULL,
    state text NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'parked')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT '-infinity',
    sent_at timestamptz,
    error text
)
"""

INDEXES = """
CREATE INDEX rollups_1m_minute ON coagent.rollups_1m (minute);
CREATE INDEX outbox_owed ON coagent.outbox (due_at) WHERE state = 'owed';
"""

READER = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'insights_reader') THEN
        CREATE ROLE insights_reader NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server was migrated in the same moment
END
$$
"""

SCHEMA_RIGHTS = """
CREATE SCHEMA insights;
GRANT USAGE ON SCHEMA insights TO insights_reader;
COMMENT ON SCHEMA coagent IS 'Owned by the coagent service and free to change: query schema insights instead.';
COMMENT ON SCHEMA insights IS
    'Stable views for people and dashboards. To let a login read them: GRANT insights_reader TO the_login;';
"""


def upgrade() -> None:
    for statement in (SEGMENTS, ROLLUPS, SHIFTS, DISMISSALS, DEAD_LETTERS, OPPORTUNITIES, INSIGHTS, OUTBOX, INDEXES):
        op.execute(statement)
    op.execute(READER)
    op.execute(SCHEMA_RIGHTS)
