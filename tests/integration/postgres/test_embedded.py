"""The embedded server under a supervisor: started, killed, left behind, stopped."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from coagent.adapters.embedded.postgres import STOP_SIGNAL, EmbeddedPostgres
from coagent.domain.errors import Fatal

FAST = {"fsync": "off"}
"""Killed processes lose nothing by it."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for all: that it can be used again is the point."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture
def server(directory: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(directory, FAST)
    server.prepare()
    yield server
    server.close()


def start(server: EmbeddedPostgres) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(server.command(), stderr=subprocess.DEVNULL, **server.popen_options())
    until(server.is_ready)
    return process


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(STOP_SIGNAL)
    return process.wait(20)


def until(true) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def query(server: EmbeddedPostgres, sql: str):
    with psycopg.connect(server.url) as connection:
        return connection.execute(sql).fetchone()


def test_data_survives_an_orderly_stop(server: EmbeddedPostgres) -> None:
    process = start(server)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE stopped AS SELECT 42 AS answer")
    assert stop(process) == 0
    port = server.port

    server.prepare()
    process = start(server)

    assert query(server, "SELECT answer FROM stopped") == (42,)
    assert port == server.port
    stop(process)


def test_data_survives_sigkill_of_the_postmaster_under_load(server: EmbeddedPostgres) -> None:
    process = start(server)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE killed AS SELECT 42 AS answer")
    busy = psycopg.connect(server.url)
    busy.execute("SELECT count(*) FROM killed")
    process.kill()
    process.wait()

    server.prepare()
    process = start(server)

    assert query(server, "SELECT answer FROM killed") == (42,)
    stop(process)


def test_a_stale_pid_file_that_names_a_living_process_does_no_harm(server: EmbeddedPostgres, directory: Path) -> None:
    (directory / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{directory / 'data'}\n1\n5432\n\n\n\nready\n")

    server.prepare()
    process = start(server)

    assert query(server, "SELECT 1") == (1,)
    stop(process)


SUPERVISOR = """
    import subprocess, sys, time
    from pathlib import Path
    from coagent.adapters.embedded.postgres import EmbeddedPostgres
    server = EmbeddedPostgres(Path(sys.argv[1]))
    server.prepare()
    child = subprocess.Popen(server.command(), **server.popen_options())
    print(child.pid, flush=True)
    time.sleep(60)
"""


def supervisor(directory: Path) -> tuple[subprocess.Popen[str], psutil.Process]:
    script = textwrap.dedent(SUPERVISOR)
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    postmaster = psutil.Process(int(process.stdout.readline()))
    until((directory / "data" / "postmaster.pid").exists)
    return process, postmaster


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_a_killed_supervisor_leaves_no_orphan(server: EmbeddedPostgres, directory: Path) -> None:
    server.close()
    process, postmaster = supervisor(directory)
    process.kill()
    process.wait()

    until(lambda: not postmaster.is_running())


def test_an_orphan_is_stopped_by_the_next_start(server: EmbeddedPostgres, directory: Path) -> None:
    orphan = start(server)
    server.close()

    following = EmbeddedPostgres(directory, FAST)
    following.prepare()

    assert orphan.wait(20) == 0
    following.close()


def test_two_may_not_use_one_directory(server: EmbeddedPostgres, directory: Path) -> None:
    with pytest.raises(Fatal, match="in use by another coagent"):
        EmbeddedPostgres(directory).prepare()


def test_data_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(Fatal, match="made by PostgreSQL 17"):
        EmbeddedPostgres(tmp_path).prepare()


def test_the_password_is_asked_for_and_kept_private(server: EmbeddedPostgres, directory: Path) -> None:
    process = start(server)

    assert 0o600 == (directory / "pgpass").stat().st_mode & 0o777
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=server.port, user="coagent", password="guess", dbname="coagent")
    assert b"42\n" == subprocess.check_output(["sh", "-c", f"{server.psql_line} -tAc 'SELECT 6 * 7'"])
    stop(process)


def test_a_server_that_is_not_there_is_not_ready(server: EmbeddedPostgres) -> None:
    assert not server.is_ready()


def test_sigint_ends_it_although_a_client_stays(server: EmbeddedPostgres) -> None:
    process = start(server)
    client = psycopg.connect(server.url)

    assert stop(process) == 0
    client.close()


@pytest.mark.parametrize("left", [None, "", "\n", "127.0.0.1:*:*:coa", "127.0.0.1:*:*:coagent:"])
def test_a_password_file_left_by_half_is_made_anew(server: EmbeddedPostgres, directory: Path, left: str | None) -> None:
    kept = query_once(server, "SELECT system_identifier::text FROM pg_control_system()")
    (directory / "pgpass").unlink()
    if left is not None:
        (directory / "pgpass").write_text(left)
    (directory / "port").write_text(left or "")
    server.close()

    mended = EmbeddedPostgres(directory, FAST)
    mended.prepare()
    assert kept == query_once(mended, "SELECT system_identifier::text FROM pg_control_system()")
    assert 0o600 == (directory / "pgpass").stat().st_mode & 0o777
    mended.close()


def query_once(server: EmbeddedPostgres, sql: str):
    process = start(server)
    found = query(server, sql)
    stop(process)
    return found


def test_a_path_with_quotes_and_spaces_will_do(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / 'it\'s a "data" $HOME; dir%20', FAST)
    server.prepare()
    process = start(server)
    assert b"42\n" == subprocess.check_output(["sh", "-c", f"{server.psql_line} -tAc 'SELECT 6 * 7'"])
    with psycopg.connect(server.passfile_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    stop(process)
    server.close()
