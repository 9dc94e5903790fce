"""`coagent tail`."""

import sys
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console

from coagent.adapters.kafka.tail import Tail
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain import topics
from coagent.entrypoints.on_call.event_line import event_line, json_line
from coagent.settings import Settings

NAMES = {name.removeprefix("coagent.").removesuffix(".v1"): name for name in topics.ALL}


def tail(
    topic: Annotated[str, typer.Argument(help=f"{', '.join(NAMES)}, or any topic's full name.")],
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="From the oldest message instead of from now on.")
    ] = False,
    count: Annotated[int | None, typer.Option(help="End after so many messages.", min=1)] = None,
    json: Annotated[
        bool, typer.Option("--json", help='JSON lines: {"type", "id", "data"}; what is no JSON as {"bytes": base64}.')
    ] = False,
) -> None:
    """Print a topic's events as they come, one line each."""
    wanted = NAMES.get(topic, topic)
    reader = Tail(kafka_connection(Settings()), [wanted], from_beginning=from_beginning)
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    with suppress(KeyboardInterrupt):
        for number, message in enumerate(reader.follow(), 1):
            if json:
                sys.stdout.write(json_line(message) + "\n")
            else:
                console.print(event_line(message), no_wrap=True, overflow="ellipsis", crop=sys.stdout.isatty())
            sys.stdout.flush()
            if number == count:
                break
    reader.close()
