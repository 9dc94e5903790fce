"""`coagent replay`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from coagent.adapters.files import LogFiles
from coagent.bootstrap.kafka import check_kafka
from coagent.entrypoints.replay.relabel import relabel
from coagent.entrypoints.replay.send import Sent, send_all
from coagent.settings import Settings


def replay(
    paths: Annotated[list[Path], typer.Argument(help="Files as `coagent analyze` reads them; `-` is standard input.")],
    topic: Annotated[str | None, typer.Option(help="Default: the first of COAGENT_INGEST__TOPICS.")] = None,
    rate: Annotated[float | None, typer.Option(help="Rows a second; default: as fast as it goes.", min=0.1)] = None,
    now: Annotated[bool, typer.Option("--now", help="Shift all times so that the last record is of now.")] = False,
    tenant: Annotated[str | None, typer.Option(help="Label the records with this tenant.")] = None,
) -> None:
    """Send recorded telemetry through a real topic, in its order."""
    settings = Settings()
    check_kafka(settings)
    records = list(LogFiles([str(path) for path in paths]).records())
    lines = [record.value for record in records if record.outcome is None]
    unread = len(records) - len(lines)
    if now or tenant:
        labels = {"tenant": tenant} if tenant else {}
        lines = relabel(lines, end=datetime.now(UTC) if now else None, labels=labels)
    target = topic or settings.ingest.topics[0]
    sent = send_all(settings, target, lines, Console(stderr=True), client="coagent-replay", rows_per_s=rate)
    typer.echo(str(Sent(sent, target, unread)))
