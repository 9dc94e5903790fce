"""`coagent ingest`."""

from coagent.entrypoints.ingest import run_ingest
from coagent.settings import Settings


def ingest() -> None:
    """Read telemetry topics and send batches of one stream each on `coagent.requests.v2`."""
    run_ingest(Settings())
