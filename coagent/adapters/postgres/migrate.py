"""Brings a database to this version's schema, from an installed package as well as from a checkout."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.domain.errors import Fatal
from migrations.views import install

LOCK = 0x636F6167656E74
"""The advisory lock that makes concurrent upgrades wait for each other: "coagent" in ASCII."""


def upgrade(url: str) -> None:
    """Run what is pending and renew the views, in one transaction; may be repeated and run from several places.

    Raises Transient where the database is away, Fatal where its user lacks a right or a newer coagent was here.
    """
    with _session(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS coagent"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        install(connection)


def pending(url: str) -> list[str]:
    """Revisions that the database lacks, oldest first: `0001 The first schema…`. Raises as `upgrade` does."""
    scripts = ScriptDirectory.from_config(_config())
    with _session(url) as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "coagent"})
        done = context.get_current_revision()
        wanted = list(scripts.iterate_revisions("head", done or "base"))
    return [f"{revision.revision} {revision.doc}" for revision in reversed(wanted)]


@contextmanager
def _session(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    try:
        with transaction(engine) as connection:
            yield connection
    except (CommandError, RevisionError) as unknown:
        raise Fatal(f"a newer coagent has migrated this database ({unknown}): upgrade coagent") from unknown
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "migrations:")
    config.set_main_option("path_separator", "os")
    return config
