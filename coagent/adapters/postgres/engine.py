"""Connections: made once, checked before use, errors in coagent's own terms."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)

from coagent.adapters.postgres.storable import json_text
from coagent.domain.errors import Fatal, Transient, Unacceptable

MOST_CONNECTIONS = 40
"""Beyond the pool's five, opened when needed: each of the agent's jobs holds one for its lock and one for its work."""
CONNECT_TIMEOUT_S = 5
UNDEFINED = ("3F000", "42P01", "42703")
"""SQLSTATEs of a schema, table or column that is not there."""

NO_RIGHT = "42501"
BEYOND_LIMITS = "54"
"""Class of SQLSTATEs: too long for an index, and the like."""


def make_engine(url: str) -> Engine:
    """An engine on psycopg 3 for any libpq URL (`postgresql://user:password@host:port/database`).

    Nothing connects yet. Raises Fatal where the URL cannot be read or has an unknown option; its text never
    shows the password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as unreadable:
        raise Fatal("COAGENT_POSTGRES__URL: write postgresql://user:password@host:port/database") from unreadable
    if parsed.drivername.split("+")[0] not in ("postgres", "postgresql"):
        raise Fatal(
            f"COAGENT_POSTGRES__URL names {parsed.drivername!r}: coagent keeps its tables in postgresql:// only"
        )
    _check_options(parsed.query)
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "coagent"}
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        max_overflow=MOST_CONNECTIONS,
        json_serializer=json_text,
        connect_args={**arguments, **parsed.query},
    )


def _check_options(names: Iterable[str]) -> None:
    try:
        make_conninfo("", **dict.fromkeys(names, "1"))
    except psycopg.ProgrammingError as unknown:
        raise Fatal(f"COAGENT_POSTGRES__URL: {_first_line(unknown)}: correct or remove it") from unknown


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed at the end. Raises as `translated` does."""
    with translated(engine), engine.begin() as connection:
        yield connection


def driver_cursor(connection: Connection) -> psycopg.Cursor[Any]:
    """Psycopg's own, within the connection's transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Database errors in coagent's terms: Transient where it is away, busy or shutting down, Fatal where it lacks
    the schema or a right, Unacceptable where it never takes the values; others pass as they are.
    """
    try:
        yield
    except (DataError, IntegrityError, psycopg.DataError, psycopg.IntegrityError) as wrong:
        raise Unacceptable(_first_line(wrong)) from wrong
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError) as away:
        if _state(away).startswith(BEYOND_LIMITS):
            raise Unacceptable(_first_line(away)) from away
        raise _away(engine, away) from away
    except (ProgrammingError, psycopg.ProgrammingError) as wrong:
        problem = _wrong(engine, wrong)
        if problem is None:
            raise
        raise problem from wrong


def _state(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) or ""


def _away(engine: Engine, error: Exception) -> Transient:
    return Transient(f"Postgres at {_place(engine)} does not answer ({_first_line(error)}): check that it runs")


def _wrong(engine: Engine, error: Exception) -> Fatal | None:
    state = _state(error)
    if state in UNDEFINED:
        return Fatal(
            f"Postgres at {_place(engine)} lacks coagent's tables ({_first_line(error)}): run `coagent migrate`"
        )
    if state == NO_RIGHT:
        return Fatal(f"Postgres at {_place(engine)} refuses ({_first_line(error)}): grant its user that right")
    return None


def _place(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(cause).strip().split("\n")[0]
