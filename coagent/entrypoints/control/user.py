"""Who says something at a terminal."""

import getpass
from typing import Annotated

import typer

By = Annotated[str | None, typer.Option(help="Who says it; else the user of this shell.")]


def user() -> str:
    """The user of this shell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
