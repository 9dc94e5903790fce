"""`coagent brief`."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from coagent.brief.brief import write_brief
from coagent.domain.duration import duration
from coagent.domain.errors import Fatal
from coagent.entrypoints.terminal.brief_view import brief_json, brief_view
from coagent.settings import Settings


def brief(
    since: Annotated[str, typer.Option("--since", metavar="SPAN", help="How far back: 12h, 1d, 7d.")] = "1d",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The brief and its facts as JSON.")] = False,
) -> None:
    """What changed, what it cost, what was decided, what was saved, and what waits for you."""
    from coagent.bootstrap.readers import brief_store  # noqa: PLC0415  drivers take a moment to load

    until = datetime.now(UTC)
    try:
        begin = until - duration(since)
    except (ValueError, OverflowError) as error:
        raise Fatal(f"--since {since}: say a number with its unit, such as 12h or 7d") from error
    facts = brief_store(Settings()).facts(begin, until)
    if as_json:
        print(brief_json(write_brief(facts), facts))
        return
    Console().print(brief_view(write_brief(facts)))
