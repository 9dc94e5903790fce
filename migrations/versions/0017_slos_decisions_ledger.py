"""SLOs and burns, decisions about opportunities, the ledger of savings, published policies; days by model."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MODELS = """
CREATE TABLE coagent.models_1d (
    "start" timestamptz NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    task text,
    requests bigint NOT NULL,
    outcomes_known bigint NOT NULL,
    errors bigint NOT NULL,
    cost_usd numeric,
    cost_known bigint NOT NULL,
    input_tokens bigint,
    output_tokens bigint,
    cached_input_tokens bigint,
    cacheable_input_tokens bigint NOT NULL,
    truncations bigint NOT NULL,
    finishes_known bigint NOT NULL,
    refusals bigint,
    refusals_known bigint NOT NULL,
    fallbacks bigint,
    fallbacks_known bigint NOT NULL,
    retries bigint,
    retries_known bigint NOT NULL,
    duration insights.histogram,
    time_to_first_token insights.histogram
);
CREATE INDEX models_1d_start ON coagent.models_1d ("start", provider, request_model);
INSERT INTO coagent.models_1d
SELECT rollup."start", segment.provider, segment.request_model, segment.task,
    sum(rollup.requests), sum(rollup.outcomes_known), sum(rollup.errors), sum(rollup.cost_usd), sum(rollup.cost_known),
    sum(rollup.input_tokens), sum(rollup.output_tokens), sum(rollup.cached_input_tokens),
    sum(rollup.cacheable_input_tokens), sum(rollup.truncations), sum(rollup.finishes_known), sum(rollup.refusals),
    sum(rollup.refusals_known), sum(rollup.fallbacks), sum(rollup.fallbacks_known), sum(rollup.retries),
    sum(rollup.retries_known), insights.histogram_sum(rollup.duration),
    insights.histogram_sum(rollup.time_to_first_token)
FROM coagent.rollups_1d AS rollup JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
GROUP BY 1, 2, 3, 4;
"""

AT_MOST = """
CREATE FUNCTION insights.histogram_at_most(histogram insights.histogram, bound double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN histogram IS NOT NULL THEN coalesce(sum(met), 0)::bigint END
    FROM unnest(histogram.bins, histogram.counts) AS held (bin, met)
    WHERE bin <= round(ln(bound) / ln(1.02 / 0.98))
$$;
COMMENT ON FUNCTION insights.histogram_at_most IS
    'How many values are at most the bound, which is taken to the nearest limit of a bin, within 2 %; NULL: unknown.';
"""

SLOS = """
CREATE TABLE coagent.slo_status (
    name text PRIMARY KEY,
    definition jsonb NOT NULL,
    events bigint NOT NULL,
    bad bigint NOT NULL,
    budget_left double precision,
    exhausted_at timestamptz,
    burn_rates jsonb NOT NULL,
    evaluated_at timestamptz NOT NULL
);
CREATE TABLE coagent.burns (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    segment_id text NOT NULL REFERENCES coagent.segments (id),
    slo text NOT NULL,
    status text NOT NULL,
    burn jsonb NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((status = 'open') = (ended_at IS NULL))
);
CREATE INDEX burns_slo ON coagent.burns (slo, began_at);
"""

DECISIONS = """
ALTER TABLE coagent.words ADD COLUMN decided_at timestamptz;
CREATE INDEX words_undecided ON coagent.words (at)
    WHERE decided_at IS NULL AND kind IN ('approve', 'reject', 'snooze');
CREATE TABLE coagent.decisions (
    id text PRIMARY KEY,
    opportunity_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('approve', 'reject', 'snooze')),
    by text NOT NULL,
    via text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    reason text NOT NULL,
    sequence bigint NOT NULL,
    promised_usd numeric NOT NULL
);
CREATE INDEX decisions_opportunity ON coagent.decisions (opportunity_id, at);
CREATE TABLE coagent.holds (
    opportunity_id text PRIMARY KEY,
    slo text NOT NULL,
    burn_id text NOT NULL,
    since timestamptz NOT NULL,
    reason text NOT NULL
);
"""

LEDGER = """
CREATE TABLE coagent.savings (
    opportunity_id text NOT NULL,
    day timestamptz NOT NULL,
    basis text NOT NULL CHECK (basis IN ('approved', 'seen')),
    since timestamptz NOT NULL,
    requests bigint NOT NULL,
    requests_compared bigint NOT NULL,
    promised_usd numeric NOT NULL,
    cost_usd numeric,
    expected_cost_usd numeric,
    realised_usd numeric,
    tokens_usd numeric,
    price_usd numeric,
    volume_usd numeric,
    mix_usd numeric,
    PRIMARY KEY (opportunity_id, day)
);
CREATE TABLE coagent.policies (
    version bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    policy jsonb NOT NULL
);
"""


def upgrade() -> None:
    for statement in (MODELS, AT_MOST, SLOS, DECISIONS, LEDGER):
        op.execute(statement)
