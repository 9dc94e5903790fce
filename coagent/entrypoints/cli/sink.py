"""`coagent sink`."""

from coagent.entrypoints.sink import run_sink
from coagent.settings import Settings


def sink() -> None:
    """Write rollups, shifts and dead letters from their topics into Postgres."""
    run_sink(Settings())
