"""`coagent settings`."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from coagent import settings as definitions
from coagent.domain.shown_url import shown_host, shown_url
from coagent.entrypoints.terminal.wording import plain
from coagent.settings_group import Group

LONGEST = 4_000
UNSET = "unset"


class Setting(NamedTuple):
    """`value` as it may be shown; None: unset."""

    variable: str
    value: str | None
    meaning: str


def settings(
    *, json: Annotated[bool, typer.Option("--json", help="One object a line: variable, value, meaning.")] = False
) -> None:
    """Print every setting with its environment variable, its value and what it means; secrets stay hidden."""
    if json:
        for one in _all():
            typer.echo(msgspec.json.encode(one._asdict()).decode())
        return
    console = Console(highlight=False)
    for one in _all():
        console.print(Text.assemble((one.variable, "bold"), " ", (one.value or UNSET, "cyan" if one.value else "dim")))
        console.print(Padding(Text(one.meaning, style="dim"), (0, 0, 0, 4)))


def _all() -> Iterator[Setting]:
    current = definitions.Settings()
    for name, field in type(current).model_fields.items():
        value = getattr(current, name)
        if isinstance(value, Group):
            for inner, inner_field in type(value).model_fields.items():
                variable = f"COAGENT_{name}__{inner}".upper()
                yield Setting(variable, _shown(inner, getattr(value, inner)), inner_field.description or "")
        else:
            yield Setting(f"COAGENT_{name}".upper(), _shown(name, value), field.description or "")


def _shown(name: str, value: object) -> str | None:
    """A webhook's path is a secret itself."""
    if value is None or value in ({}, [], ()):
        return None
    text = shown_host(str(value)) if "webhook" in name else shown_url(str(value))
    return plain(text, LONGEST)
