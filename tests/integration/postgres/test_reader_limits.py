"""Who may read the views may do nothing else."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql


@pytest.fixture
def reader_url(postgres_url: str) -> Iterator[str]:
    """Of a login that was granted `insights_reader`."""
    name = f"reader_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'word' IN ROLE insights_reader").format(sql.Identifier(name))
        )
        place = urlsplit(postgres_url)
        yield f"postgresql://{name}:word@{place.hostname}:{place.port}{place.path}"
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_a_reader_reads(reader_url: str) -> None:
    with psycopg.connect(reader_url) as connection:
        connection.execute("SELECT * FROM insights.shifts").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(hashtextextended('coagent/agent/narrate', 0))",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TEMPORARY TABLE mine (x int)",
        "CREATE TABLE insights.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "SELECT * FROM coagent.shifts",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_and_nothing_else(reader_url: str, statement: str) -> None:
    with psycopg.connect(reader_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
