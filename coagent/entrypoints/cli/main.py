"""The `coagent` command. Each command is the function, or the group, of its name in the file of its name, loaded when
called.
"""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.core import TyperGroup

from coagent import __version__
from coagent.domain.errors import CoagentError
from coagent.entrypoints.running import adopt_running
from coagent.settings import explain, unknown_variables

COMMANDS = (
    *(
        "up",
        "status",
        "send",
        "analyze",
        "sources",
        "mapping",
        "shifts",
        "explain",
        "replay",
        "doctor",
        "migrate",
        "settings",
        "tail",
        "deadletter",
        "sql",
        "scorecard",
    ),
    *("accept", "mute", "unmute", "reset"),
    *("routes", "outbox", "notify", "serve"),
    *("ingest", "sink", "agent", "bench"),
)
BY_THEMSELVES = frozenset({"up", "doctor", "analyze", "sources", "mapping", "ingest", "sink", "agent", "bench"})
"""They take their settings from their own environment, or look by themselves; all others are completed from the
running `coagent up`.
"""

ELSEWHERE = {"bench": ("coagent.bench.command", "Measure coagent on this machine.")}
"""Groups of commands of another room, which this one does not import: loaded by name when one of them is called."""


class Elsewhere(TyperGroup):
    """Listed with its help alone."""

    def __init__(self, name: str) -> None:
        self._module, text = ELSEWHERE[name]
        super().__init__(name=name, help=text, no_args_is_help=True)

    def list_commands(self, ctx: Any) -> list[str]:
        names: list[str] = self._loaded().list_commands(ctx)
        return names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._loaded().get_command(ctx, cmd_name)

    def _loaded(self) -> Any:
        return typer.main.get_group(getattr(import_module(self._module), self.name or ""))


class LazyCommands(TyperGroup):
    """Loads only the command that is called: `coagent --version` need not wait for compilers and drivers."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in ELSEWHERE:
            return Elsewhere(cmd_name)
        found = getattr(import_module(f"coagent.entrypoints.cli.{cmd_name}"), cmd_name)
        if isinstance(found, typer.Typer):
            return typer.main.get_command(found)
        command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        command.command(cmd_name)(found)
        return typer.main.get_command(command)


app = typer.Typer(cls=LazyCommands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"coagent {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001  its callback ends the command
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Reads LLM request telemetry, finds silent provider changes, says what they cost and what to change."""
    if ctx.invoked_subcommand not in BY_THEMSELVES:
        adopt_running(os.environ)


def main() -> None:
    """Run; an error that coagent raised on purpose is told in its own words, without a traceback, with status 2."""
    for variable in unknown_variables(os.environ):
        print(f"coagent: {variable} is no setting and is ignored; `coagent settings` lists them", file=sys.stderr)
    try:
        app()
    except CoagentError as problem:
        print(f"coagent: {problem}", file=sys.stderr)
        sys.exit(2)
    except (ValidationError, SettingsError) as problem:
        print(f"coagent: {explain(problem)}", file=sys.stderr)
        sys.exit(2)
