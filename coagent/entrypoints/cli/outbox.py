"""`coagent outbox`."""

from datetime import UTC
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.bootstrap.postgres import database
from coagent.domain.errors import Fatal
from coagent.settings import Settings

outbox = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Messages that channels are owed: list, retry or drop them."
)

Ids = Annotated[list[int] | None, typer.Argument(metavar="[ID]…", help="As in `coagent outbox list`.")]
All = Annotated[bool, typer.Option("--all", help="Every parked message.")]
Channel = Annotated[str | None, typer.Option(help="Of this channel alone.")]

QUERY = text(
    "SELECT id, channel, state, attempts, due_at, coalesce(title, conversation), error FROM insights.deliveries "
    "WHERE (:state = 'all' OR (:state = 'open' AND state IN ('owed', 'parked')) OR state = :state) "
    "AND (CAST(:channel AS text) IS NULL OR channel = :channel) ORDER BY id DESC LIMIT :most"
)
STATES = ("open", "owed", "parked", "sent", "dropped", "all")
COUNTS = text("SELECT channel, state, count(*) FROM insights.deliveries GROUP BY 1, 2 ORDER BY 1, 2")


@outbox.command("list")
def show(
    state: Annotated[str, typer.Option(help="open (owed and parked), owed, parked, sent, dropped, or all.")] = "open",
    channel: Channel = None,
    limit: Annotated[int, typer.Option(help="Maximum to list, newest first.")] = 50,
) -> None:
    """List messages that wait or are parked, with the reason; and how many there are of each channel."""
    if state not in STATES:
        raise Fatal(f"--state {state!r}: one of {', '.join(STATES)}")
    engine = database(Settings())
    with transaction(engine) as connection:
        rows = connection.execute(QUERY, {"state": state, "channel": channel, "most": limit}).all()
        counts = connection.execute(COUNTS).all()
    console = Console()
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "channel", "state", "tries", "not before (UTC)", "about", "why"):
        table.add_column(heading, overflow="fold")
    for number, name, at, tries, due, title, error in rows:
        table.add_row(
            str(number),
            name,
            at,
            str(tries),
            f"{due.astimezone(UTC):%m-%d %H:%M:%S}" if due else "",
            title,
            error or "",
        )
    if rows:
        console.print(table, markup=False)
    for name, at, number in counts:
        console.print(f"{name}: {number:,} {at}", highlight=False, markup=False)


@outbox.command()
def retry(ids: Ids = None, every: All = False, channel: Channel = None) -> None:
    """Owe parked messages anew, after what was wrong is mended."""
    number = _outbox().retry(_chosen(ids, every=every, channel=channel), channel)
    print(f"{number} to be sent again by `coagent agent`")


@outbox.command()
def drop(ids: Ids = None, every: All = False, channel: Channel = None) -> None:
    """Give parked messages up: they are kept as dropped and never sent."""
    number = _outbox().drop(_chosen(ids, every=every, channel=channel), channel)
    print(f"{number} dropped")


def _outbox() -> PostgresOutbox:
    return PostgresOutbox(database(Settings()))


def _chosen(ids: list[int] | None, *, every: bool, channel: str | None) -> list[int] | None:
    if not ids and not every and channel is None:
        raise Fatal("say which: ids from `coagent outbox list`, --channel, or --all")
    return ids or None
