"""`coagent ingest`: telemetry topics to batches of segments."""

from coagent import bootstrap
from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.sessions import run_sessions
from coagent.entrypoints.logs import log_to_stderr
from coagent.entrypoints.stopping import stop_on_signals
from coagent.settings import Settings


def run_ingest(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; raises Fatal."""
    log_to_stderr()
    collect_seldom()
    run_sessions(lambda: bootstrap.ingest_session(settings), stop_on_signals())
