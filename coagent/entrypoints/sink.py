"""`coagent sink`: what the topics say to Postgres."""

from coagent import bootstrap
from coagent.adapters.kafka.sessions import run_sessions
from coagent.entrypoints.logs import log_to_stderr
from coagent.entrypoints.stopping import stop_on_signals
from coagent.settings import Settings


def run_sink(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; raises Fatal."""
    log_to_stderr()
    run_sessions(lambda: bootstrap.sink_session(settings), stop_on_signals())
