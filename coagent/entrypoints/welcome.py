"""What `coagent up` says once it is at work: where it listens, what to send, and what came first."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console

from coagent.adapters.embedded.broker import is_embedded
from coagent.adapters.kafka.tail import Tail
from coagent.bootstrap.kafka import kafka_cluster_id, kafka_connection
from coagent.domain import topics
from coagent.domain.errors import CoagentError
from coagent.entrypoints.first_record import FirstRecord, example, first_record
from coagent.entrypoints.running import command
from coagent.entrypoints.stack import Connections
from coagent.settings import Settings

LOOK_S = 0.5


def print_connections(connections: Connections, console: Console) -> None:
    """Where things are; other shells find them by the data directory."""
    settings = connections.settings
    rows = {
        "telemetry in": ", ".join(settings.ingest.topics),
        "Kafka": settings.kafka.bootstrap_servers,
        "topics out": ", ".join(topics.PUBLIC),
        "SQL": connections.psql_line,
        "console": f"{command(settings.data_dir)} console link",
        "tickets": settings.delivery.folder,
        "logs": settings.data_dir / "logs",
        "other shells": f"{command(settings.data_dir)} status --watch; in the same way doctor, shifts, explain, sql …",
    }
    for name, value in rows.items():
        console.print(f"[bold]{name:>12}[/bold]  {value}", highlight=False, soft_wrap=True)


def print_waiting(settings: Settings, console: Console) -> None:
    """What to send, ready to be pasted."""
    console.print(f"\nWaiting for telemetry on {', '.join(settings.ingest.topics)}; send one like this:", style="bold")
    record = example(datetime.now(UTC).isoformat(timespec="seconds")).decode()
    line = f"  echo '{record}' | {command(settings.data_dir)} send -"
    console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print("Ctrl-C stops everything in order.\n")


async def print_first_records(settings: Settings, console: Console, generation: Callable[[], int]) -> None:
    """The first record of each topic, as it comes, and again of each new log; never ends."""
    while True:
        with contextlib.suppress(CoagentError):  # the broker may be away: the supervisor says so
            await _print_firsts(settings, console, generation)
        await asyncio.sleep(LOOK_S)


async def _print_firsts(settings: Settings, console: Console, generation: Callable[[], int]) -> None:
    """Until the log is another. An embedded one is read from its beginning, for it began with this run."""
    begun, waiting, tail = generation(), set(settings.ingest.topics), await asyncio.to_thread(_tail, settings)
    try:
        while generation() == begun:
            found = await asyncio.to_thread(tail.read, LOOK_S) if waiting else []
            for message in found:
                if message.topic() in waiting:
                    waiting.remove(message.topic())
                    first = first_record(settings, message.topic(), message.value() or b"")
                    console.print(f"[bold]first record[/bold]  {_escaped(first)}", highlight=False, soft_wrap=True)
            await asyncio.sleep(0 if waiting else LOOK_S)
    finally:
        await asyncio.to_thread(tail.close)


def _tail(settings: Settings) -> Tail:
    own_log = is_embedded(kafka_cluster_id(settings))
    return Tail(kafka_connection(settings), settings.ingest.topics, from_beginning=own_log)


def _escaped(one: FirstRecord) -> str:
    return str(one).replace("[", r"\[")
