"""`coagent ingest`."""

from coagent.settings import Settings


def ingest() -> None:
    """Read telemetry topics and send batches of one stream each on `coagent.requests.v2`."""
    from coagent.entrypoints.ingest import run_ingest  # noqa: PLC0415  a compiler takes a moment to load

    run_ingest(Settings())
