"""One runner at a time for a scheduler's job, over all machines that share the database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from coagent.adapters.postgres.engine import translated

TAKE = text("SELECT pg_try_advisory_lock(hashtextextended('coagent/' || :name, 0))")
RELEASE = text("SELECT pg_advisory_unlock(hashtextextended('coagent/' || :name, 0))")


@contextmanager
def advisory_lock(engine: Engine, name: str) -> Iterator[bool]:
    """Whether the lock of that name was free and is now held, until the block ends or this process dies.

    Keeps a connection for as long, outside of any transaction. Raises Transient where the database is away.
    """
    with translated(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with connection:
        with translated(engine):
            held = bool(connection.execute(TAKE, {"name": name}).scalar_one())
        try:
            yield held
        finally:
            with suppress(DBAPIError):  # a broken connection has let go already
                if held:
                    connection.execute(RELEASE, {"name": name})
