"""`coagent notify`."""

import asyncio
from typing import Annotated

import typer
from msgspec.structs import replace

from coagent.adapters.clock import SystemClock
from coagent.adapters.memory.tickets import MemoryTickets
from coagent.bootstrap import channels
from coagent.deliver.notices import message, trial
from coagent.domain.errors import Fatal
from coagent.ports import Tickets
from coagent.settings import Settings

notify = typer.Typer(add_completion=False, no_args_is_help=True, help="Try a channel.")


@notify.callback()
def root() -> None:
    """Try a channel."""


@notify.command()
def test(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Such as slack, slack:#ops, github, folder.")],
) -> None:
    """Send one message that says of itself that it is a test."""
    settings, clock = Settings(), SystemClock()
    tickets: Tickets = MemoryTickets()
    known = {one.channel: one for one in channels.notifiers(settings.delivery, tickets, clock)}
    notifier = known.get(channel.partition(":")[0])
    if notifier is None:
        raise Fatal(f"channel {channel!r} is not configured ({', '.join(known) or 'none is'}): see docs/delivery.md")
    notice = trial(channel, clock.now())
    unique = replace(notice, conversation=f"{notice.conversation}-{clock.now():%Y%m%dT%H%M%S}")
    asyncio.run(notifier.send(replace(message(unique, channel), attempts=1)))
    print(f"sent     a test message to {channel}")
