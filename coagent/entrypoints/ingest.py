"""`coagent ingest`: telemetry topics to batches of segments."""

import gc

from coagent import bootstrap
from coagent.adapters.kafka.sessions import run_sessions
from coagent.entrypoints.logs import log_to_stderr
from coagent.entrypoints.stopping import stop_on_signals
from coagent.settings import Settings

YOUNG_OBJECTS = 200_000


def run_ingest(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; raises Fatal."""
    log_to_stderr()
    collect_seldom()
    run_sessions(lambda: bootstrap.ingest_session(settings), stop_on_signals())


def collect_seldom() -> None:
    """Rows refer to nothing that refers back: looking for cycles among them by default takes a quarter of the time.

    What is there now is never looked at again; of what comes, only when YOUNG_OBJECTS more live than were freed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
