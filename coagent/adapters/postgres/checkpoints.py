"""Where LangGraph keeps a narration that is under way: its own tables, in schema `coagent`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from coagent.domain.errors import Fatal, Transient

CONNECTIONS = 4
CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": 0,
    "row_factory": dict_row,
    "connect_timeout": 5,
    "options": "-c search_path=coagent",
}
TAKE = "SELECT pg_advisory_lock(hashtextextended('coagent/checkpoints', 0))"
"""Two agents that start at once must not make the tables at once; the lock goes with its connection."""


@asynccontextmanager
async def open_checkpoints(url: str, serializer: SerializerProtocol) -> AsyncIterator[AsyncPostgresSaver]:
    """A saver on a pool that reconnects by itself; its tables are made. Raises Transient where the database is away,
    Fatal where it lacks the schema or the URL has an unknown option.
    """
    await _make_tables(url)
    pool: AsyncConnectionPool[psycopg.AsyncConnection[DictRow]] = AsyncConnectionPool(
        url, kwargs=CONNECTION, min_size=1, max_size=CONNECTIONS, open=False
    )
    async with pool:
        yield AsyncPostgresSaver(pool, serde=serializer)


async def _make_tables(url: str) -> None:
    try:
        async with await psycopg.AsyncConnection.connect(url, **CONNECTION) as connection:
            await connection.execute(TAKE)
            await AsyncPostgresSaver(connection).setup()
    except psycopg.errors.InvalidSchemaName as missing:
        raise Fatal("Postgres lacks coagent's schema: run `coagent migrate`") from missing
    except psycopg.ProgrammingError as wrong:
        if wrong.sqlstate is not None:
            raise
        raise Fatal(f"COAGENT_POSTGRES__URL: {str(wrong).strip()}: correct or remove it") from wrong
    except psycopg.OperationalError as away:
        raise Transient("Postgres does not answer: check that it runs, and COAGENT_POSTGRES__URL") from away
