"""Every command that a page shows is one that coagent takes, with these arguments and options."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer._click.exceptions import BadOptionUsage, MissingParameter
from typer.core import TyperGroup
from typer.main import get_command

from coagent.entrypoints.cli.main import app

ROOT = Path(__file__).parents[3]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "coagent/producers/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
VALUES = {"ROWS": "1", "N": "1", "RECORDS": "1", "SECTION": "cases"}
_INLINE = re.compile(r"`((?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?coagent [^`]+)`")
_IN_BLOCK = re.compile(r"^\s*(?:.*\| )?((?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?coagent [^#\n]+)", re.MULTILINE)


def shown(page: Path) -> list[str]:
    """Commands in code, inline and in blocks."""
    text = page.read_text().replace("\\\n", " ")
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", text, re.DOTALL)
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [*_INLINE.findall(outside), *(command for block in blocks for command in _IN_BLOCK.findall(block))]


def arguments(command: str) -> list[str]:
    """What is optional is given; of several only the first."""
    plain = command.replace("[", "").replace("]", "").replace("…", "").split("coagent ", 1)[1]
    return [VALUES.get(word, word.split("|")[0]) for word in shlex.split(plain)]


def parse(command: Any, words: list[str]) -> None:
    """As it would be, without doing anything. Raises what the command line says of it."""
    with command.make_context("coagent", list(words)) as context:
        if isinstance(command, TyperGroup) and words:
            rest = [*context._protected_args, *context.args]
            if rest or not command.invoke_without_command:
                _, inner, left = command.resolve_command(context, rest)
                parse(inner, left)


@pytest.mark.parametrize("words", [["doctor", "--nope"], ["nope"], ["tail"], ["policy", "shaw"]], ids=" ".join)
def test_what_is_wrong_is_not_taken(words: list[str]) -> None:
    with pytest.raises(Exception, match=r"No such|Missing"):
        parse(get_command(app), words)


@pytest.mark.parametrize(
    "command", [pytest.param(one, id=f"{page.name}: {one}") for page in PAGES for one in dict.fromkeys(shown(page))]
)
def test_it_is_taken(command: str) -> None:
    try:
        parse(get_command(app), arguments(command))
    except (MissingParameter, BadOptionUsage):  # a text may name a command or an option without its value
        assert f"`{command}`" in "".join(page.read_text() for page in PAGES)
