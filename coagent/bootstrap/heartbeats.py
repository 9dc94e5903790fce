"""That each process runs, on Kafka."""

from coagent.adapters.clock import SystemClock
from coagent.adapters.kafka.heartbeats import HeartbeatSender
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.heartbeat import Process
from coagent.settings import Settings


def send_heartbeats(settings: Settings, process: Process, pulse: Pulse) -> None:
    """Until this process ends. Raises Fatal where no cluster is named."""
    HeartbeatSender(kafka_connection(settings), process, pulse, SystemClock().now).start()
