"""Database and migrations."""

from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.adapters.postgres.migrate import pending
from coagent.bootstrap.postgres import postgres_url
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings


def check_database(settings: Settings) -> Finding:
    try:
        engine = make_engine(postgres_url(settings))
        with transaction(engine) as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    except CoagentError as problem:
        return Finding("database", "problem", str(problem), "check COAGENT_POSTGRES__URL, or run `coagent up`")
    return Finding("database", "ok", f"PostgreSQL {version}")


def check_migrations(settings: Settings) -> Finding:
    try:
        missing = pending(postgres_url(settings))
    except CoagentError:
        return Finding("migrations", "skipped", "no database to ask")
    if missing:
        return Finding("migrations", "problem", f"pending: {', '.join(missing)}", "run `coagent migrate`")
    return Finding("migrations", "ok", "up to date")
