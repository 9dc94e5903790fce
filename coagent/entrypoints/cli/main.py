"""The `coagent` command. Each command is the function, or the group, of its name in the file of its name, loaded when
called.
"""

import ast
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from coagent import __version__
from coagent.domain.errors import CoagentError

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
        "brief",
    ),
    *("slo", "opportunities", "ledger", "policy", "verdict", "probe"),
    *("acknowledge", "snooze", "accept", "mute", "unmute", "reset"),
    *("review",),
    *("routes", "outbox", "notify", "serve", "console", "mcp", "gate"),
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
    """Loads only the command that is called, and for the list of all none: `coagent --help` need not wait for
    compilers and drivers.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """What the list shows of it."""
        return TyperCommand(cmd_name, help=summary(cmd_name)) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, _loaded(str(name)), rest


def _loaded(name: str) -> Any:
    if name in ELSEWHERE:
        return Elsewhere(name)
    found = getattr(import_module(f"coagent.entrypoints.cli.{name}"), name)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command.command(name)(found)
    return typer.main.get_command(command)


def summary(name: str) -> str:
    """A command's help as its file says it, which is not loaded for it: a function's docstring or a group's `help`."""
    if name in ELSEWHERE:
        return ELSEWHERE[name][1]
    file = ast.parse(Path(__file__).with_name(f"{name}.py").read_text())
    for node in file.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _names(node, name):
            return "".join(ast.literal_eval(one.value) for one in node.value.keywords if one.arg == "help")
    return ""


def _names(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


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
    from coagent.entrypoints.running import adopt_running  # noqa: PLC0415  help needs no settings
    from coagent.settings import unknown_variables  # noqa: PLC0415

    for variable in unknown_variables(os.environ):
        print(f"coagent: {variable}: unknown setting, ignored; `coagent settings` lists them", file=sys.stderr)
    if ctx.invoked_subcommand not in BY_THEMSELVES:
        adopt_running(os.environ)


def main() -> None:
    """Run; an error that coagent raised on purpose is reported in its own words, without a traceback, with status 2."""
    try:
        app()
    except CoagentError as problem:
        print(f"coagent: {problem}", file=sys.stderr)
        sys.exit(2)
    except ValueError as problem:  # among them those of wrong settings
        print(f"coagent: {_explained(problem)}", file=sys.stderr)
        sys.exit(2)


def _explained(problem: ValueError) -> str:
    """Of wrong settings; raises others."""
    from pydantic import ValidationError  # noqa: PLC0415  help needs no settings
    from pydantic_settings import SettingsError  # noqa: PLC0415

    from coagent.settings import explain  # noqa: PLC0415

    if isinstance(problem, ValidationError | SettingsError):
        return explain(problem)
    raise problem
