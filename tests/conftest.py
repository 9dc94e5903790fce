"""Real servers for tests, started once a session."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from coagent.adapters.embedded.postgres import STOP_SIGNAL, EmbeddedPostgres
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.migrate import upgrade
from coagent.adapters.postgres.review_tables import metadata

hypothesis.settings.register_profile(
    "coagent", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a busy machine fails no test
hypothesis.settings.load_profile("coagent")

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Nothing here has to survive a power cut."""
ROOM = {"max_connections": "300"}
"""Consoles that tests have made keep a connection until the collector takes them."""
COLLECTOR = gc.get_threshold()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: tests wait for brokers, databases and servers."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """In a fresh clone numba compiles for a minute: once, while the workers collect, instead of in each of them."""
    for part in ("sensing", "reading"):
        compiling = subprocess.Popen([sys.executable, "-m", "tests.kernels", part], cwd=config.rootpath)
        config.add_cleanup(compiling.wait)


def pytest_collection_finish() -> None:
    """Tests and what they import stay to the end: to look for cycles among them again and again takes a tenth of the
    time.
    """
    gc.freeze()


@pytest.fixture(autouse=True)
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands that let Python's collector run seldom do so for themselves alone, and freeze nothing of a test's."""
    monkeypatch.setattr(gc, "freeze", lambda: None)
    yield
    gc.set_threshold(*COLLECTOR)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running embedded Postgres, without coagent's tables."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), {**FAST, **ROOM})
    server.prepare()
    log = (tmp_path_factory.getbasetemp() / "postgres.log").open("w")
    with log, subprocess.Popen(server.command(), stdout=log, stderr=log, **server.popen_options()) as process:
        try:
            _wait_until_ready(server, process)
            yield server
        finally:
            process.send_signal(STOP_SIGNAL)


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_server: EmbeddedPostgres) -> str:
    """The migrated database that all tests share, one after the other."""
    upgrade(postgres_server.url)
    return postgres_server.url


@pytest.fixture
def postgres_url(migrated_postgres_url: str) -> str:
    """A migrated database without a row."""
    with psycopg.connect(migrated_postgres_url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("coagent", table.name)))
    return migrated_postgres_url


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """Connections to `postgres_url`, closed in the end."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgres_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A fresh database without coagent's tables, for this test alone."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_server.url.rsplit('/', 1)[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_until_ready(server: EmbeddedPostgres, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not server.is_ready():
        assert process.poll() is None, "Postgres ended at its start"
        assert time.monotonic() < deadline, "Postgres does not get ready"
        time.sleep(0.05)
