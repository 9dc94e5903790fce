"""A consumer and a producer in memory, and messages for them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from coagent.adapters.kafka.producer import Delivery
from coagent.adapters.kafka.record import Record
from coagent.domain.batch import Source

SOURCE = Source("main", "llm.telemetry", 0)


class FakeMessage:
    def __init__(self, offset: int, value: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> None:
        self._offset, self._value, self._headers = offset, value, headers

    def offset(self) -> int:
        return self._offset

    def value(self) -> bytes | None:
        return self._value

    def headers(self) -> list[tuple[str, bytes]] | None:
        return self._headers


class FakeConsumer:
    """Hands out `script` read by read; `revoke` is what a rebalance does."""

    def __init__(self, *script: list[tuple[Source, list[FakeMessage]]]) -> None:
        self.script = list(script)
        self.committed: list[dict[Source, int]] = []
        self.idled = 0
        self.closed = False
        self.revoke: Callable[[], None] = lambda: None
        self.lose: Callable[[], None] = lambda: None

    def joined(self, revoke: Callable[[], None], lose: Callable[[], None]) -> "FakeConsumer":
        self.revoke, self.lose = revoke, lose
        return self

    def read(self, _limit: int, _timeout_s: float) -> list[Any]:
        return self.script.pop(0) if self.script else []

    def commit(self, offsets: Mapping[Source, int], *, wait: bool) -> None:
        if offsets:
            self.committed.append(dict(offsets))

    def idle(self, _timeout_s: float) -> None:
        self.idled += 1

    def resume(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True
        self.revoke()


class FakeProducer:
    """Kafka takes what was sent when the test says so."""

    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.deliveries: list[Delivery] = []
        self.abandoned = False

    @property
    def waiting(self) -> int:
        return sum(delivery.waiting for delivery in self.deliveries)

    def send(self, records: Iterable[Record]) -> Delivery:
        taken = list(records)
        self.sent += taken
        delivery = Delivery()
        delivery.waiting = len(taken)
        self.deliveries.append(delivery)
        return delivery

    def take(self, number: int) -> None:
        self.deliveries[number].waiting = 0

    def poll(self, _timeout_s: float = 0.0) -> None:
        pass

    def flush(self, _timeout_s: float = 30.0) -> None:
        for delivery in self.deliveries:
            delivery.waiting = 0

    def abandon(self) -> None:
        self.abandoned = True
