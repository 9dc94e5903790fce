"""Hands telemetry to Kafka beside an application's own work: without waiting, and without an error of its own."""

import atexit
import logging
import os
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any

from confluent_kafka import KafkaError, Producer

log = logging.getLogger(__name__)

FLUSH_S = 5.0
QUEUE_RECORDS = 50_000
QUEUE_KBYTES = 65_536


class KafkaSender:
    """One topic. What Kafka cannot take is lost, counted in `lost` and logged; nobody waits or fails for it.

    `options` are librdkafka's (SASL, TLS, ...). The client is made at the first record of each process: it does not
    survive a fork. At the process's end up to 5 s are spent on what is still queued.
    """

    def __init__(self, bootstrap_servers: str, topic: str, options: Mapping[str, str] | None = None) -> None:
        self.topic = topic
        self.lost = 0
        self._config: dict[str, Any] = {
            "client.id": "coagent-producers",
            "compression.type": "lz4",
            "linger.ms": 50,
            "queue.buffering.max.messages": QUEUE_RECORDS,
            "queue.buffering.max.kbytes": QUEUE_KBYTES,
            **(options or {}),
            "bootstrap.servers": bootstrap_servers,
            "log_level": 0,  # it would log every attempt to connect
            "error_cb": self._note,
        }
        self._trouble = ""
        self._lock = Lock()
        self._made_by = 0
        self._inherited: list[Producer] = []
        self._flush_until: float | None = None
        self._producer: Producer | None = None
        atexit.register(self._end)

    def send(self, value: bytes) -> None:
        """Queues one record; raises nothing."""
        try:
            producer = self._of_this_process()
            producer.produce(self.topic, value=value, on_delivery=self._settle)
            producer.poll(0)
        except Exception as error:  # noqa: BLE001  telemetry never breaks the request it is about
            self.lose(str(error))
        if self._flush_until is not None:  # LiteLLM empties its own queue at the very end, too
            self.flush(self._flush_until - time.monotonic())

    def flush(self, timeout_s: float = FLUSH_S) -> int:
        """Waits until Kafka has taken everything; returns how many records are still queued after `timeout_s`."""
        if self._producer is None or self._made_by != os.getpid():
            return 0
        left: int = self._producer.flush(max(timeout_s, 0.0))
        return left

    def lose(self, reason: str) -> None:
        """Counts a record that will not arrive; the log hears of the 1st, 2nd, 4th, 8th, ..."""
        self.lost += 1
        if self.lost & (self.lost - 1) == 0:
            log.warning(
                "%d telemetry records for %s are lost, the last: %s. %s", self.lost, self.topic, reason, self._trouble
            )

    def _of_this_process(self) -> Producer:
        with self._lock:
            if self._producer is not None and self._made_by != os.getpid():
                self._inherited.append(self._producer)  # closing it would wait for threads that were not forked
                self._producer = None
            if self._producer is None:
                self._producer, self._made_by = Producer(self._config), os.getpid()
            return self._producer

    def _note(self, error: KafkaError) -> None:
        """The client connects again by itself; its last trouble says why records are lost."""
        self._trouble = error.str()

    def _settle(self, error: KafkaError | None, _message: Any) -> None:
        if error is not None:
            self.lose(error.str())

    def _end(self) -> None:
        self._flush_until = time.monotonic() + FLUSH_S
        left = self.flush()
        if left:
            log.warning("%d telemetry records for %s were still queued at the end", left, self.topic)
