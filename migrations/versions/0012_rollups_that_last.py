"""Histograms that SQL merges instead of sketches of durations; rollups by hour and day; streams have an id."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DROP_VIEWS = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT viewname FROM pg_views WHERE schemaname = 'insights' LOOP
        EXECUTE format('DROP VIEW insights.%I CASCADE', name);
    END LOOP;
END
$$
"""
"""All get `stream_id`, and some other columns: they are made anew after the revisions."""

HISTOGRAM = """
CREATE TYPE insights.histogram AS (bins integer[], counts bigint[]);
COMMENT ON TYPE insights.histogram IS
    'Counts on a log-spaced grid: bin i holds values above g^(i-1) up to g^i, g = 1.02 / 0.98. Add histograms with '
    'insights.histogram_sum, read them with insights.percentile: within 2 % of the exact value.';

CREATE FUNCTION insights.histogram_merge(histograms insights.histogram[]) RETURNS insights.histogram
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN count(*) > 0
        THEN ROW(array_agg(bin ORDER BY bin), array_agg(met ORDER BY bin))::insights.histogram END
    FROM (
        SELECT bin, sum(met)::bigint AS met
        FROM unnest(histograms) AS one, unnest(one.bins, one.counts) AS held (bin, met)
        GROUP BY bin
    ) AS merged
$$;
COMMENT ON FUNCTION insights.histogram_merge IS 'All together; NULL where none holds a value.';

CREATE AGGREGATE insights.histogram_sum(insights.histogram) (
    sfunc = array_append, stype = insights.histogram[], finalfunc = insights.histogram_merge, initcond = '{}',
    combinefunc = array_cat, parallel = safe
);
COMMENT ON AGGREGATE insights.histogram_sum(insights.histogram) IS 'Histograms added up; NULL: none holds a value.';

CREATE FUNCTION insights.counts_merge(counts jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(name, met), '{}')
    FROM (
        SELECT name, sum(met::bigint) AS met FROM unnest(counts) AS one, jsonb_each_text(one) AS held (name, met)
        GROUP BY name
    ) AS merged
$$;
COMMENT ON FUNCTION insights.counts_merge IS 'Objects of counts, added up by name.';

CREATE AGGREGATE insights.counts_sum(jsonb) (
    sfunc = array_append, stype = jsonb[], finalfunc = insights.counts_merge, initcond = '{}',
    combinefunc = array_cat, parallel = safe
);
COMMENT ON AGGREGATE insights.counts_sum(jsonb) IS 'Objects of counts, such as error_types, added up by name.';

CREATE FUNCTION insights.histogram_count(histogram insights.histogram) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sum(met)::bigint FROM unnest(histogram.counts) AS met
$$;
COMMENT ON FUNCTION insights.histogram_count IS 'How many values it holds; NULL: none.';

CREATE FUNCTION insights.percentile(histogram insights.histogram, share double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 2 * power(1.02 / 0.98, bin) / (1.02 / 0.98 + 1)
    FROM (
        SELECT bin, sum(met) OVER (ORDER BY bin) AS upto, sum(met) OVER () AS total
        FROM unnest(histogram.bins, histogram.counts) AS held (bin, met)
    ) AS summed
    WHERE upto >= share * total
    ORDER BY bin LIMIT 1
$$;
COMMENT ON FUNCTION insights.percentile IS
    'The value that this share (0 to 1) of the values does not exceed, within 2 %; NULL: nothing is known.';
"""

DROPPED = [
    "duration_sketch",
    "time_to_first_token_sketch",
    *(f"{name}_{rank}_s" for name in ("duration", "time_to_first_token") for rank in ("p50", "p95", "p99")),
]

MINUTES = f"""
ALTER TABLE coagent.rollups_1m
    {", ".join(f"DROP COLUMN {name}" for name in DROPPED)},
    ADD COLUMN duration insights.histogram,
    ADD COLUMN time_to_first_token insights.histogram,
    ADD COLUMN outcomes_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN refusals_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN fallbacks_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN retries_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN finishes_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN cacheable_input_tokens bigint NOT NULL DEFAULT 0,
    ADD COLUMN retries bigint,
    ADD COLUMN error_types jsonb NOT NULL DEFAULT '{{}}',
    ADD COLUMN prefixes_known bigint NOT NULL DEFAULT 0,
    ADD COLUMN prefix_sketch bytea,
    ADD COLUMN distinct_prefixes double precision;
"""
OTHER_SKETCHES = "UPDATE coagent.rollups_1m SET prompt_sketch = NULL WHERE prompt_sketch IS NOT NULL"
"""Of another kind than those that are read now."""

LONGER = """
CREATE TABLE coagent.rollups_{unit} (
    segment_id text NOT NULL,
    "start" timestamptz NOT NULL,
    requests bigint NOT NULL,
    outcomes_known bigint NOT NULL,
    errors bigint NOT NULL,
    refusals_known bigint NOT NULL,
    fallbacks_known bigint NOT NULL,
    retries_known bigint NOT NULL,
    finishes_known bigint NOT NULL,
    cacheable_input_tokens bigint NOT NULL,
    truncations bigint NOT NULL,
    refusals bigint,
    fallbacks bigint,
    retries bigint,
    cache_hits bigint,
    streamed bigint,
    input_tokens bigint,
    output_tokens bigint,
    cached_input_tokens bigint,
    cache_write_tokens bigint,
    reasoning_tokens bigint,
    cost_usd numeric,
    cost_known bigint NOT NULL,
    cost_doubtful bigint NOT NULL,
    list_cost_usd numeric,
    list_cost_known bigint NOT NULL,
    price_version text,
    prompts_known bigint NOT NULL,
    prefixes_known bigint NOT NULL,
    error_types jsonb NOT NULL,
    duration insights.histogram,
    time_to_first_token insights.histogram,
    prompt_sketch bytea,
    prefix_sketch bytea,
    distinct_prompts double precision,
    distinct_prefixes double precision,
    PRIMARY KEY (segment_id, "start")
);
CREATE INDEX rollups_{unit}_start ON coagent.rollups_{unit} ("start");
"""

CHANGED = """
CREATE TABLE coagent.changed_hours (
    segment_id text NOT NULL,
    hour timestamptz NOT NULL,
    changes bigint NOT NULL,
    PRIMARY KEY (segment_id, hour)
);
CREATE TABLE coagent.complete_until (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    minute timestamptz NOT NULL
);
INSERT INTO coagent.changed_hours (segment_id, hour, changes)
SELECT DISTINCT segment_id, date_trunc('hour', minute, 'UTC'), 1 FROM coagent.rollups_1m;
"""


def upgrade() -> None:
    op.execute(DROP_VIEWS)
    op.execute(HISTOGRAM)
    op.execute(MINUTES)
    op.execute(OTHER_SKETCHES)
    for unit in ("1h", "1d"):
        op.execute(LONGER.format(unit=unit))
    op.execute(CHANGED)
    _name_streams()


def _name_streams() -> None:
    """A stream's id is the hash of its key, as that of a segment."""
    op.execute("ALTER TABLE coagent.segments ADD COLUMN stream_id text")
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, provider, request_model, endpoint FROM coagent.segments")):
        key = [row.provider, row.request_model, row.endpoint, None, None]
        encoded = json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()
        stream_id = hashlib.blake2b(encoded, digest_size=8).hexdigest()
        connection.execute(
            sa.text("UPDATE coagent.segments SET stream_id = :stream WHERE id = :id"),
            {"stream": stream_id, "id": row.id},
        )
    op.execute("ALTER TABLE coagent.segments ALTER COLUMN stream_id SET NOT NULL")
