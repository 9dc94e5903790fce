"""People's own queries on the views, as the role that may read these and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Engine

from coagent.adapters.postgres.engine import translated
from coagent.domain.errors import Fatal

READER = "insights_reader"
TIMEOUT_S = 60
MOST_ROWS = 10_000


class Answer(NamedTuple):
    """`rows` as Python values; `cut`: there are more than MOST_ROWS."""

    columns: list[str]
    rows: list[Sequence[Any]]
    cut: bool


class SqlReader:
    """One read-only transaction a query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, query: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """`parameters` of `%(name)s`; without them a `%` is a `%`.

        Raises Fatal with Postgres' own words where it is wrong or takes too long, Transient where it is away.
        """
        with translated(self._engine), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            with driver.transaction(force_rollback=True), driver.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT_S}s'")
                cursor.execute("SET LOCAL search_path = insights")
                cursor.execute("SET LOCAL TIME ZONE 'UTC'")
                cursor.execute(f"SET LOCAL ROLE {READER}")
                return _answer(cursor, query, parameters)


def _hint(wrong: psycopg.Error) -> str:
    """What to do next, where that is known."""
    match wrong:
        case psycopg.errors.UndefinedTable():
            return "\n`coagent sql` lists the views"
        case psycopg.errors.UndefinedColumn():
            return "\n`coagent sql --describe VIEW` lists the columns of a view"
        case psycopg.errors.SyntaxError() if "multiple commands" in str(wrong):
            return ": ask one query at a time"
        case _:
            return ""


def _answer(cursor: psycopg.Cursor[Any], query: str, parameters: Mapping[str, Any] | None) -> Answer:
    try:
        # what is prepared is one statement: none ends the transaction
        cursor.execute(query.encode(), parameters, prepare=True)
    except psycopg.errors.QueryCanceled as slow:
        raise Fatal(f"the query took longer than {TIMEOUT_S} s: ask for less, for example fewer days") from slow
    except psycopg.Error as wrong:
        if cursor.connection.broken:
            raise
        raise Fatal(f"the query cannot be run: {str(wrong).strip()}{_hint(wrong)}") from wrong
    if cursor.description is None:
        raise Fatal("the query returns no rows: write a SELECT on the views of schema insights, see docs/sql.md")
    rows = cursor.fetchmany(MOST_ROWS + 1)
    return Answer([column.name for column in cursor.description], rows[:MOST_ROWS], len(rows) > MOST_ROWS)
