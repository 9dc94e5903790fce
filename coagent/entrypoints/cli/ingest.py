"""`coagent ingest`."""

from coagent.entrypoints.ingest import run_ingest
from coagent.settings import Settings


def ingest() -> None:
    """Read telemetry topics and send batches of one segment each on `coagent.requests.v1`."""
    run_ingest(Settings())
