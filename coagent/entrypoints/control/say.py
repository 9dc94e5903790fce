"""Says a command and what follows from it."""

import getpass
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import typer

from coagent import bootstrap
from coagent.domain.command import Command, Rate
from coagent.domain.errors import Fatal
from coagent.domain.topics import CONTROL
from coagent.settings import Settings

By = Annotated[str | None, typer.Option(help="Who says so; else the user of this shell.")]
Reason = Annotated[str, typer.Option(help="Why; kept and shown in insights.commands.")]
AsJson = Annotated[bool, typer.Option("--json", help="What was sent, as JSON on standard output.")]
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def said(by: str | None, reason: str) -> dict[str, Any]:
    """Who, when, why, and a name for it."""
    return {"id": uuid4().hex, "at": datetime.now(UTC), "by": by or _user(), "reason": reason}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def duration(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `1d`; raises Fatal.

    >>> duration("2h")
    datetime.timedelta(seconds=7200)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text.strip())
    if not found or not float(found[1]):
        raise Fatal(f"--for {text!r}: say a number with its unit, such as 30m, 2h or 1d")
    return timedelta(seconds=float(found[1]) * UNITS_S[found[2]])


def say(settings: Settings, command: Command, follows: str, *, as_json: bool) -> None:
    """Returns when Kafka has taken it. Raises Transient, Fatal."""
    bootstrap.control_topic(settings).say(command)
    if as_json:
        told = {"topic": CONTROL, "key": command.key().decode(), "command": command, "follows": follows}
        print(msgspec.json.encode(told).decode())
        return
    target = "all segments" if isinstance(command, Rate) else command.segment.label
    print(f"sent     {type(command).__name__.lower()} of {target}, by {command.by}, as {command.id} to {CONTROL}")
    print(f"follows  {follows}")
    print(f"look     select at, refused from insights.commands where id = '{command.id}'")  # noqa: S608  to be read
