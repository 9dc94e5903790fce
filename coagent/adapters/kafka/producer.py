"""Sends many records and knows which of them Kafka has taken."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.domain.errors import Transient, Unacceptable

log = logging.getLogger(__name__)

PARTITIONER = "murmur2_random"
"""Java's and aiokafka's, where librdkafka's own default is another: requests, commands and whatever people send from
other clients have to meet in one partition. No option of the operator's may part them.
"""

NEVER_TAKEN = frozenset(
    {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE, KafkaError.INVALID_RECORD, KafkaError.INVALID_MSG}
)
"""Codes of errors that no retry cures."""

ANYWHERE = -1
"""librdkafka's name for "the partitioner decides"."""


class Delivery:
    """Records that were handed over together; `done` when Kafka has taken all of them."""

    def __init__(self) -> None:
        self.waiting = 0
        self.error: KafkaError | None = None

    @property
    def done(self) -> bool:
        """Raises Transient where a record was refused: what follows from it must not be committed."""
        self.raise_refused()
        return self.waiting == 0

    def raise_refused(self) -> None:
        """Raises Transient where a record was refused, Unacceptable where Kafka never takes it."""
        if self.error is not None and self.error.code() in NEVER_TAKEN:
            raise Unacceptable(f"Kafka never takes a record: {self.error.str()}")
        if self.error is not None:
            raise Transient(f"Kafka did not take a record: {self.error.str()}")


class BatchProducer:
    """Idempotent (order within a partition holds over retries), lz4, acknowledged by all in-sync replicas."""

    def __init__(
        self, connection: KafkaConnection, client_id: str, on_error: Callable[[KafkaError], None] | None = None
    ) -> None:
        config = connection.config(
            client_id=client_id,
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=5,
            message_max_bytes=MAX_MESSAGE_BYTES,
            queue_buffering_max_messages=100_000,
        )
        self._connection = connection
        self._config = config | {"partitioner": PARTITIONER, "error_cb": on_error or _ignore}
        self._producer = self._open()

    @property
    def waiting(self) -> int:
        """Records that Kafka has not yet taken."""
        return len(self._producer)

    def send(self, records: Iterable[Record]) -> Delivery:
        """Hands over without waiting for Kafka; waits only where the local queue is full."""
        delivery = Delivery()

        def settle(error: KafkaError | None, _message: Any) -> None:
            delivery.waiting -= 1
            delivery.error = delivery.error or error

        for record in records:
            delivery.waiting += 1
            self._hand_over(record, settle)
        return delivery

    def poll(self, timeout_s: float = 0.0) -> None:
        """Hears what Kafka has taken in the meantime. Raises Transient where nothing can be sent any more."""
        producer = self._producer
        try:
            producer.poll(timeout_s)
        except KafkaException as fatal:
            raise self._given_up(producer, fatal) from fatal

    def flush(self, timeout_s: float = 30.0) -> None:
        """Waits until Kafka has taken everything; raises Transient where it has not in time, and forgets the rest: what
        is sent next goes by a new producer, for an idempotent one never agrees with a broker that lost its log.
        """
        producer = self._producer
        try:
            left = producer.flush(timeout_s)
        except KafkaException as fatal:
            raise self._given_up(producer, fatal) from fatal
        if left:
            self._renew(producer)
            raise Transient(f"{left} records are not taken by Kafka after {timeout_s:.0f} s")

    def abandon(self) -> None:
        """Forgets what Kafka has not yet taken: after a failure it is made anew."""
        self._producer.purge()

    def _given_up(self, producer: Producer, fatal: KafkaException) -> Transient:
        self._renew(producer)
        return Transient(f"records are not taken by Kafka: {fatal.args[0].str()}")

    def _renew(self, failed: Producer) -> None:
        failed.purge()
        if self._producer is failed:  # and no other thread was here before
            self._producer = self._open()

    def _open(self) -> Producer:
        with self._connection.checked():
            return Producer(self._config, logger=log)

    def _hand_over(self, record: Record, settle: Callable[[KafkaError | None, Any], None]) -> None:
        deadline, producer = time.monotonic() + 300, self._producer
        while True:
            try:
                producer.produce(
                    record.topic,
                    value=record.value,
                    key=record.key,
                    headers=record.headers,
                    partition=ANYWHERE if record.partition is None else record.partition,
                    on_delivery=settle,
                )
            except BufferError:
                if time.monotonic() > deadline:
                    raise Transient("the producer's queue stays full: is Kafka reachable?") from None
                producer.poll(0.1)
            except KafkaException as error:
                if error.args[0].code() in NEVER_TAKEN:
                    raise Unacceptable(f"a record for {record.topic} fits no message: {error.args[0].str()}") from error
                self._renew(producer)
                raise Transient(f"a record for {record.topic} was refused: {error.args[0].str()}") from error
            else:
                return


def _ignore(_error: KafkaError) -> None:
    """The client retries by itself, and its log says so."""
