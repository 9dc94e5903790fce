"""`coagent sink`: what the topics say to Postgres."""

from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.sessions import run_sessions
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.logs import log_to_stderr
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.heartbeats import send_heartbeats
from coagent.bootstrap.sink import sink_session
from coagent.entrypoints.metrics import sink_samples
from coagent.entrypoints.stopping import stop_on_signals
from coagent.settings import Settings


def run_sink(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; raises Fatal."""
    log_to_stderr(as_json=settings.log.is_json)
    collect_seldom()
    pulse, current = Pulse(), list[SinkSession]()

    def open_session() -> SinkSession:
        current[:] = [sink_session(settings, pulse)]
        return current[0]

    serve_metrics(settings.metrics.host, settings.metrics.sink_port, lambda: sink_samples(*current), pulse)
    send_heartbeats(settings, "sink", pulse)
    run_sessions(open_session, stop_on_signals(), pulse.beat)
