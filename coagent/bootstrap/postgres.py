"""Connections to the database."""

import re

from sqlalchemy import Engine

from coagent.adapters.postgres.engine import make_engine
from coagent.bootstrap.unnamed import OR_UP
from coagent.domain.errors import Fatal
from coagent.settings import Settings


def postgres_url(settings: Settings) -> str:
    """A plain libpq URL, whatever driver the setting names; raises Fatal where no database is named."""
    if settings.postgres.url is None:
        raise Fatal(f"no database is named: set COAGENT_POSTGRES__URL, {OR_UP}")
    return re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", settings.postgres.url.get_secret_value())


def database(settings: Settings) -> Engine:
    """Connections to the database, made when needed; raises Fatal where none is named."""
    return make_engine(postgres_url(settings))
