"""`coagent send`."""

from typing import Annotated

import typer
from rich.console import Console

from coagent.adapters.files import LogFiles
from coagent.bootstrap.kafka import check_kafka
from coagent.entrypoints.replay.send import Sent, send_all
from coagent.settings import Settings


def send(
    paths: Annotated[list[str], typer.Argument(help="Files as `coagent analyze` reads them; `-` is standard input.")],
    topic: Annotated[str | None, typer.Option(help="Default: the first of COAGENT_INGEST__TOPICS.")] = None,
) -> None:
    """Send records to a telemetry topic, as they are, as fast as it goes; says how many went out."""
    settings = Settings()
    target = topic or settings.ingest.topics[0]
    check_kafka(settings)
    records = list(LogFiles(paths).records())
    lines = [record.value for record in records if record.outcome is None]
    unread = len(records) - len(lines)
    sent = send_all(settings, target, lines, Console(stderr=True), client="coagent-send")
    typer.echo(str(Sent(sent, target, unread)))
