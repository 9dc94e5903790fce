"""`coagent.heartbeats.v1`: each process sends, the agent reads."""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from threading import Thread

from coagent import __version__
from coagent.adapters.kafka.cloudevents import decode_event, encode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Undecodable
from coagent.adapters.kafka.tail import Tail
from coagent.adapters.pulse import Pulse
from coagent.domain.errors import CoagentError
from coagent.domain.heartbeat import Heartbeat, Process
from coagent.domain.topics import HEARTBEATS

log = logging.getLogger(__name__)

EVERY_S = 10.0
READ_WITHIN_S = 1.0
MOST_READS = 200
"""Of 500 heartbeats each: what the topic holds of a hundred processes."""


class HeartbeatSender:
    """Sends what the process's pulse says; a Kafka that is away makes gaps and no noise."""

    def __init__(
        self, connection: KafkaConnection, process: Process, pulse: Pulse, clock: Callable[[], datetime]
    ) -> None:
        self._connection, self._process, self._pulse, self._clock = connection, process, pulse, clock
        self._started, self._numbers = clock(), count(1)
        self._instance = f"{socket.gethostname()}/{os.getpid()}/{self._started.timestamp():.0f}"

    def start(self) -> None:
        """Until the process ends, in a thread of its own."""
        Thread(target=self._run, name="heartbeats", daemon=True).start()

    def heartbeat(self) -> Heartbeat:
        """As it is now."""
        now, age_s = self._clock(), self._pulse.turn_age_s
        return Heartbeat(
            process=self._process,
            instance=self._instance,
            number=next(self._numbers),
            at=now,
            started=self._started,
            progressed=None if age_s is None else now - timedelta(seconds=age_s),
            ready=self._pulse.is_ready,
            version=__version__,
        )

    def _run(self) -> None:
        producer = BatchProducer(self._connection, f"coagent-{self._process}-heartbeats")
        while True:  # the first at once: one that hangs soon is known
            self._send(producer)
            time.sleep(EVERY_S)

    def _send(self, producer: BatchProducer) -> None:
        try:
            producer.poll()
            if not producer.waiting:  # else Kafka is away
                producer.send([encode_event(self.heartbeat())])
        except CoagentError as problem:
            log.warning("no heartbeat: %s", problem)


class HeartbeatReader:
    """From the topic's beginning at the first call, later what is new; only for one thread at a time."""

    def __init__(self, connection: KafkaConnection) -> None:
        self._connection = connection
        self._tail: Tail | None = None

    def read(self) -> list[Heartbeat]:
        """In no order. Raises Transient where Kafka does not answer, Fatal where the topic is missing."""
        self._tail = self._tail or Tail(self._connection, [HEARTBEATS], from_beginning=True)
        found: list[Heartbeat] = []
        for _ in range(MOST_READS):
            messages = self._tail.read(READ_WITHIN_S)
            if not messages:
                break
            found += filter(None, (_decoded(message.value(), message.headers()) for message in messages))
        return found


def _decoded(value: bytes | None, headers: list[tuple[str, bytes]] | None) -> Heartbeat | None:
    """None: no heartbeat that this version understands."""
    try:
        event = decode_event(value, headers)
    except Undecodable:
        return None
    return event if isinstance(event, Heartbeat) else None
