"""The running `coagent up` of a data directory: where it listens and its settings, for commands in other shells."""

import shlex
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import psutil
from pydantic import SecretStr

from coagent.settings import Settings
from coagent.settings_group import Group

FILE = "up.json"
PREFIX = "COAGENT_"
DATA_DIR = "COAGENT_DATA_DIR"


class Running(msgspec.Struct, frozen=True):
    """`environment`: its settings as variables, with the addresses of what it runs itself. `born`: the process's start
    as the system gives it, for a process id is used again.
    """

    pid: int
    born: float
    since: datetime
    environment: dict[str, str]
    processes: dict[str, int] = {}


def note_running(settings: Settings, processes: Mapping[str, int]) -> None:
    """Written for this process, readable by its user alone. `settings` name all addresses."""
    me = psutil.Process()
    reported = Running(me.pid, me.create_time(), datetime.now(UTC), as_environment(settings), dict(processes))
    part = settings.data_dir / f"{FILE}.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_bytes(msgspec.json.format(msgspec.json.encode(reported)))
    part.replace(settings.data_dir / FILE)


def as_environment(settings: Settings) -> dict[str, str]:
    """Variables that make the same settings; an empty one stands for what is not set. Secrets are never written down:
    who needs them in another shell has them there. Only the database's address is, for all commands ask it.
    """
    named: dict[str, object] = {}
    for name, value in settings:
        if isinstance(value, Group):
            dumped, fields = value.model_dump(mode="json"), type(value).model_fields
            own = {field: one for field, one in dumped.items() if not _is_secret(fields[field].annotation)}
            named |= {f"{PREFIX}{name}__{field}".upper(): one for field, one in own.items()}
        else:
            named[f"{PREFIX}{name}".upper()] = str(value)
    url = settings.postgres.url
    named["COAGENT_POSTGRES__URL"] = None if url is None else url.get_secret_value()
    return {name: _text(value) for name, value in named.items()}


def _is_secret(annotation: object) -> bool:
    """Whether a value of this type is a secret or holds some."""
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def forget_running(data_dir: Path) -> None:
    """At the end."""
    (data_dir / FILE).unlink(missing_ok=True)


def command(data_dir: Path) -> str:
    """How another shell in this directory calls coagent, so that it finds what runs in `data_dir`."""
    called = Path(sys.argv[0])
    coagent = "python -m coagent" if called.name == "__main__.py" else shlex.quote(sys.argv[0])
    usual = data_dir == Settings.model_fields["data_dir"].default
    return coagent if usual else f"{DATA_DIR}={shlex.quote(str(data_dir))} {coagent}"


def find_running(data_dir: Path) -> Running | None:
    """None where none runs, whatever a killed one left behind."""
    with suppress(OSError, msgspec.DecodeError, psutil.Error):
        reported = msgspec.json.decode((data_dir / FILE).read_bytes(), type=Running)
        if psutil.Process(reported.pid).create_time() == reported.born:
            return reported
    return None


def prefer_running(environment: MutableMapping[str, str]) -> None:
    """Replaces what `environment` names by what the running one of its data directory has, where one runs."""
    running = find_running(Path(environment.get(DATA_DIR) or ".coagent"))
    environment.update(running.environment if running else {})


def adopt_running(environment: MutableMapping[str, str]) -> Running | None:
    """Completes `environment` from the running one of its data directory; what is named in it already stays."""
    running = find_running(Path(environment.get(DATA_DIR) or ".coagent"))
    for name, value in running.environment.items() if running else ():
        if not environment.get(name):
            environment[name] = value
    return running
