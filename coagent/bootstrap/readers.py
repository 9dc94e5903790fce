"""What the commands read from the database."""

from coagent.adapters.postgres.brief_store import PostgresBriefStore
from coagent.adapters.postgres.decision_reader import PostgresDecisionReader
from coagent.adapters.postgres.owed import OwedReader
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.bootstrap.postgres import database
from coagent.settings import Settings


def shift_reader(settings: Settings) -> PostgresShiftReader:
    """What is known of shifts; raises Fatal where no database is named."""
    return PostgresShiftReader(database(settings))


def brief_store(settings: Settings) -> PostgresBriefStore:
    """What a brief is about; raises Fatal where no database is named."""
    return PostgresBriefStore(database(settings))


def sql_reader(settings: Settings) -> SqlReader:
    """Queries as the read-only role; raises Fatal where no database is named."""
    return SqlReader(database(settings))


def decision_reader(settings: Settings) -> PostgresDecisionReader:
    """What people decided; raises Fatal where no database is named."""
    return PostgresDecisionReader(database(settings))


def owed_reader(settings: Settings) -> OwedReader:
    """How long findings and deliveries have waited; raises Fatal where no database is named."""
    return OwedReader(database(settings))
