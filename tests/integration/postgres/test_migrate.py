from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.adapters.postgres.migrate import pending, upgrade
from coagent.adapters.postgres.tables import metadata
from coagent.domain.errors import Fatal, Transient

VERSIONS = Path(__file__).parents[3] / "migrations" / "versions"


def test_a_fresh_database_lacks_everything_and_then_nothing(empty_postgres_url: str) -> None:
    revisions = [path.name[:4] for path in sorted(VERSIONS.glob("0*.py"))]
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


def _langgraphs(name: str | None) -> bool:
    """LangGraph makes and changes its own tables in the same schema."""
    return str(name).startswith("checkpoint")


def test_the_tables_are_those_that_the_code_knows(postgres_url: str) -> None:
    options = {
        "include_schemas": True,
        "version_table_schema": "coagent",
        "compare_type": True,
        "include_name": lambda name, kind, _: name == "coagent" if kind == "schema" else not _langgraphs(name),
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


def test_a_user_without_rights_is_told_so(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'secret'")
    place = empty_postgres_url.split("@")[1]

    with pytest.raises(Fatal, match="permission denied"):
        upgrade(f"postgresql://stranger:secret@{place}")
