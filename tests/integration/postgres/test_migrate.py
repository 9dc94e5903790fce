import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.adapters.postgres.migrate import pending, upgrade
from coagent.adapters.postgres.review_tables import metadata
from coagent.domain.errors import Fatal, Transient

VERSIONS = Path(__file__).parents[3] / "migrations" / "versions"
HEAD = max(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))


def test_a_fresh_database_lacks_everything_and_then_nothing(empty_postgres_url: str) -> None:
    revisions = sorted(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))
    assert revisions == [line.split()[0] for line in pending(empty_postgres_url)]

    upgrade(empty_postgres_url)

    assert [] == pending(empty_postgres_url)


def test_upgrades_at_the_same_time_are_safe(empty_postgres_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_postgres_url] * 4))

    assert [] == pending(empty_postgres_url)


def test_upgrading_again_keeps_what_people_built_on_a_view(empty_postgres_url: str) -> None:
    upgrade(empty_postgres_url)
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("CREATE VIEW public.mine AS SELECT id FROM insights.shifts")

    upgrade(empty_postgres_url)

    with psycopg.connect(empty_postgres_url) as connection:
        assert [] == connection.execute("SELECT * FROM public.mine").fetchall()


OLD_NAMES = """
ALTER VIEW insights.gaps RENAME TO silences;
ALTER VIEW insights.silences RENAME COLUMN earlier_gaps TO pauses;
ALTER VIEW insights.silences RENAME COLUMN longest_earlier_gap_s TO longest_pause_s;
ALTER VIEW insights.dismissals RENAME COLUMN alarm_at TO raised_at;
ALTER VIEW insights.dismissals RENAME COLUMN alarm_request_id TO raised_request_id;
ALTER VIEW insights.dismissals RENAME COLUMN alarm_row TO raised_row;
ALTER VIEW insights.shifts RENAME COLUMN text_written_at TO told_at;
ALTER VIEW insights.shifts RENAME COLUMN reported_at TO raised_at;
ALTER VIEW insights.shifts RENAME COLUMN reported_request_id TO raised_request_id;
ALTER VIEW insights.shifts RENAME COLUMN reported_row TO raised_row;
CREATE VIEW public.mine AS
    SELECT shift.raised_at, shift.told_at, gap.pauses, alarm.raised_row
    FROM insights.shifts AS shift, insights.silences AS gap, insights.dismissals AS alarm;
UPDATE coagent.alembic_version SET version_num = '0018';
"""


def test_a_renamed_column_keeps_what_people_built_on_it(empty_postgres_url: str) -> None:
    upgrade(empty_postgres_url)
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute(OLD_NAMES)

    _upgrade_to("0019", empty_postgres_url)
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("UPDATE coagent.alembic_version SET version_num = %s", [HEAD])
    upgrade(empty_postgres_url)

    with psycopg.connect(empty_postgres_url) as connection:
        assert [] == connection.execute("SELECT raised_at, told_at, pauses, raised_row FROM public.mine").fetchall()
        connection.execute("SELECT reported_at, paged_at, text_written_at FROM insights.shifts")
        connection.execute("SELECT earlier_gaps, longest_earlier_gap_s FROM insights.gaps")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT FROM insights.silences")


FILLED = """
CREATE VIEW insights.requests_1m AS SELECT segment_id, rollups_1m.minute, requests FROM coagent.rollups_1m;
CREATE VIEW public.mine AS SELECT minute, requests FROM insights.requests_1m;
INSERT INTO coagent.rollups_1m (segment_id, minute, part, sequence, requests, errors, truncations, cost_known,
    prompts_known, cost_doubtful, list_cost_known, duration)
SELECT account, '2025-12-30'::timestamptz + number * interval '20 minutes', '1', 1, number, 0, 0, 0, 0, 0, 0,
    ROW(ARRAY[1, 2], ARRAY[3, number])::insights.histogram
FROM unnest(ARRAY['a', 'b']) AS account, generate_series(1, 300) AS number;
INSERT INTO coagent.rollups_1h (segment_id, "start", requests, outcomes_known, errors, refusals_known, fallbacks_known,
    retries_known, finishes_known, cacheable_input_tokens, truncations, cost_known, cost_doubtful, list_cost_known,
    prompts_known, prefixes_known, error_types)
SELECT account, '2025-12-29'::timestamptz + number * interval '1 hour', number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    '{}'
FROM unnest(ARRAY['a', 'b']) AS account, generate_series(1, 120) AS number;
"""


def test_a_filled_database_gets_its_days_without_loss(empty_postgres_url: str) -> None:
    """Minutes of 30 December to 3 January, hours from a day earlier on."""
    _upgrade_to("0019", empty_postgres_url)
    names = ("rollups_1m", "rollups_1h")
    tables = {name: f"SELECT * FROM coagent.{name} ORDER BY 1, 2" for name in names}  # noqa: S608
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("SET TIME ZONE 'America/New_York'")
        connection.execute(FILLED)
        before = {name: connection.execute(query).fetchall() for name, query in tables.items()}

    _upgrade_to("0020", empty_postgres_url)

    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        assert before == {name: connection.execute(query).fetchall() for name, query in tables.items()}
        assert connection.execute("SELECT count(*), sum(requests) FROM public.mine").fetchone() == (600, 90300)
        known = "SELECT to_char(day, 'MM-DD'), forgotten FROM coagent.rollup_days WHERE present AND unit = '{}'"
        days = dict(connection.execute(known.format("minutes")).fetchall())
        assert days == {"12-30": True, "12-31": False, "01-01": False, "01-02": False, "01-03": False}
        assert {"12-29", "01-03"} <= set(dict(connection.execute(known.format("hours")).fetchall()))
        [parts] = connection.execute("SELECT count(*) FROM coagent.rollups_1m_20260102").fetchone()
        assert parts == 144
        gone = "SELECT to_char(day, 'MM-DD') FROM coagent.rollup_days WHERE NOT present"
        assert connection.execute(gone).fetchall() == [("12-29",)]
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO coagent.rollups_1m SELECT * FROM coagent.rollups_1m LIMIT 1")


def _upgrade_to(revision: str, url: str) -> None:
    engine = make_engine(url)
    with transaction(engine) as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS coagent"))
        config = Config()
        config.set_main_option("script_location", "migrations:")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _langgraphs(name: str | None) -> bool:
    """LangGraph makes and changes its own tables in the same schema."""
    return str(name).startswith("checkpoint")


def _is_ours(name: str | None) -> bool:
    """Neither LangGraph's nor a partition."""
    return not _langgraphs(name) and re.fullmatch(r"rollups_1[mh]_(\d+|older)", str(name)) is None


def test_the_tables_are_those_that_the_code_knows(postgres_url: str) -> None:
    options = {
        "include_schemas": True,
        "version_table_schema": "coagent",
        "compare_type": True,
        "include_name": lambda name, kind, _: name == "coagent" if kind == "schema" else _is_ours(name),
    }
    engine = make_engine(f"{postgres_url}?options=-csearch_path%3Dpublic")  # else the user's schema is the default
    with transaction(engine) as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_a_database_that_a_newer_coagent_migrated_is_refused(empty_postgres_url: str) -> None:
    upgrade(empty_postgres_url)
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("UPDATE coagent.alembic_version SET version_num = '9999'")

    for ask in (pending, upgrade):
        with pytest.raises(Fatal, match="newer coagent"):
            ask(empty_postgres_url)


def test_a_database_that_is_away_is_transient() -> None:
    with pytest.raises(Transient, match="does not answer"):
        upgrade("postgresql://nobody:hidden@127.0.0.1:1/none")


def test_a_user_without_rights_is_reported_so(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'secret'")
    place = empty_postgres_url.split("@")[1]

    with pytest.raises(Fatal, match="permission denied"):
        upgrade(f"postgresql://stranger:secret@{place}")
