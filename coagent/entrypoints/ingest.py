"""`coagent ingest`: telemetry topics to batches of segments."""

from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.ingest_session import IngestSession
from coagent.adapters.kafka.sessions import run_sessions
from coagent.adapters.logs import log_to_stderr
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.heartbeats import send_heartbeats
from coagent.bootstrap.ingest_session import ingest_session
from coagent.entrypoints.metrics import ingest_samples
from coagent.entrypoints.stopping import stop_on_signals
from coagent.settings import Settings


def run_ingest(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; raises Fatal."""
    log_to_stderr(as_json=settings.log.is_json)
    collect_seldom()
    pulse, current = Pulse(), list[IngestSession]()

    def open_session() -> IngestSession:
        current[:] = [ingest_session(settings, pulse)]
        return current[0]

    port = settings.metrics.ingest_port
    serve_metrics(settings.metrics.host, port, lambda: ingest_samples(*current), pulse)
    send_heartbeats(settings, "ingest", pulse)
    run_sessions(open_session, stop_on_signals(), pulse.beat)
