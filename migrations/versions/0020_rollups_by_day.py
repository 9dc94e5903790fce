"""Minutes and hours are partitioned by day, so that old ones are dropped instead of deleted; what is there is kept."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DAYS = """
CREATE TABLE coagent.rollup_days (
    unit text NOT NULL CHECK (unit IN ('minutes', 'hours')),
    day timestamptz NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    present boolean NOT NULL DEFAULT true,
    forgotten boolean NOT NULL DEFAULT false,
    PRIMARY KEY (unit, day)
);
"""
PARTITIONED = """
ALTER TABLE coagent.{table} RENAME TO {table}_whole;
ALTER INDEX coagent.{table}_pkey RENAME TO {table}_whole_pkey;
ALTER INDEX coagent.{table}_{index} RENAME TO {table}_whole_{index};
CREATE TABLE coagent.{table} (LIKE coagent.{table}_whole INCLUDING DEFAULTS) PARTITION BY RANGE ({time});
ALTER TABLE coagent.{table} ADD PRIMARY KEY ({key});
CREATE INDEX {table}_{index} ON coagent.{table} ({time});
CREATE TABLE coagent.{table}_older PARTITION OF coagent.{table} FOR VALUES FROM (MINVALUE) TO ('2026-01-01 00:00+00');
INSERT INTO coagent.rollup_days (unit, day)
SELECT DISTINCT '{unit}', date_trunc('day', {time}, 'UTC') FROM coagent.{table}_whole;
DO $$
DECLARE one timestamptz;
BEGIN
    SET LOCAL TIME ZONE 'UTC';
    FOR one IN SELECT day FROM coagent.rollup_days WHERE unit = '{unit}' AND day >= '2026-01-01 00:00+00' LOOP
        EXECUTE format(
            'CREATE TABLE coagent.%I PARTITION OF coagent.{table} FOR VALUES FROM (%L) TO (%L)',
            '{table}_' || to_char(one, 'YYYYMMDD'), one, one + interval '1 day'
        );
    END LOOP;
END
$$;
INSERT INTO coagent.{table} SELECT * FROM coagent.{table}_whole;
DO $$
DECLARE view record;
BEGIN
    SET LOCAL search_path = pg_catalog;
    FOR view IN
        SELECT DISTINCT one.oid::regclass AS name, pg_get_viewdef(one.oid) AS query
        FROM pg_depend AS needed
        JOIN pg_rewrite AS rule ON rule.oid = needed.objid
        JOIN pg_class AS one ON one.oid = rule.ev_class AND one.relkind = 'v'
        WHERE needed.refobjid = 'coagent.{table}_whole'::regclass AND needed.classid = 'pg_rewrite'::regclass
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE VIEW %s AS %s',
            view.name, replace(view.query, 'coagent.{table}_whole', 'coagent.{table}')
        );
    END LOOP;
    RESET search_path;
END
$$;
DROP TABLE coagent.{table}_whole;
"""
"""Views of an older coagent read the new table, so that what was built on them stays whole."""

FORGOTTEN = """
INSERT INTO coagent.rollup_days AS known (unit, day, present, forgotten)
SELECT DISTINCT '{unit}', date_trunc('day', summed."start", 'UTC'), false, true FROM coagent.{summed} AS summed
WHERE summed."start" < coalesce((SELECT date_trunc('{length}', min({time}), 'UTC') FROM coagent.{table}), 'infinity')
ON CONFLICT (unit, day) DO UPDATE SET forgotten = true
"""
"""Days with sums of which not all rows are there any more."""


def upgrade() -> None:
    op.execute(DAYS)
    minutes = {"table": "rollups_1m", "unit": "minutes", "time": "minute"}
    hours = {"table": "rollups_1h", "unit": "hours", "time": '"start"'}
    op.execute(PARTITIONED.format(**minutes, key="segment_id, minute, part", index="minute"))
    op.execute(PARTITIONED.format(**hours, key='segment_id, "start"', index="start"))
    op.execute(FORGOTTEN.format(**minutes, summed="rollups_1h", length="hour"))
    op.execute(FORGOTTEN.format(**hours, summed="rollups_1d", length="day"))
