"""Where LangGraph keeps a telling that is under way: its own tables, in schema `coagent`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from coagent.domain.errors import Transient

CONNECT_TIMEOUT_S = 5
CONNECTIONS = 4
TAKE = "SELECT pg_advisory_lock(hashtextextended('coagent/checkpoints', 0))"
RELEASE = "SELECT pg_advisory_unlock(hashtextextended('coagent/checkpoints', 0))"
"""Two agents that start at once must not make the tables at once."""

Pool = AsyncConnectionPool[psycopg.AsyncConnection[DictRow]]


@asynccontextmanager
async def open_checkpoints(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """A saver on a pool that reconnects by itself; its tables are made. Raises Transient where the database is away.

    It reads back plain JSON types only: nothing in a stored state can name code to be run.
    """
    connect: dict[str, Any] = {
        "autocommit": True,
        "prepare_threshold": 0,
        "row_factory": dict_row,
        "options": "-c search_path=coagent",
    }
    pool: Pool = AsyncConnectionPool(
        url, kwargs=connect, min_size=1, max_size=CONNECTIONS, timeout=CONNECT_TIMEOUT_S, open=False
    )
    try:
        await pool.open()
        saver = AsyncPostgresSaver(pool, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        await _set_up(pool, saver)
        yield saver
    finally:
        await pool.close()


async def _set_up(pool: Pool, saver: AsyncPostgresSaver) -> None:
    try:
        async with pool.connection() as connection:
            await connection.execute(TAKE)
            try:
                await saver.setup()
            finally:
                await connection.execute(RELEASE)
    except psycopg.errors.InvalidSchemaName as missing:
        raise Transient("Postgres lacks coagent's tables: run `coagent migrate`") from missing
    except (psycopg.OperationalError, PoolTimeout) as away:
        raise Transient("Postgres does not answer: check that it runs, and COAGENT_POSTGRES__URL") from away
