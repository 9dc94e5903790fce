"""What one run sends: a piece of the recorded swap as traffic of its own model, and messages that cannot be read."""

import random
import time
from datetime import UTC, datetime
from threading import Thread

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.entrypoints.demo.recording import SWAP, load
from coagent.entrypoints.replay.relabel import relabel

TOPIC = "llm.telemetry"
BEFORE, AFTER = 500, 250
"""Rows around the recorded change: enough to learn what is normal, and for the shift to be reported."""
CHUNK, PAUSE_S = 50, 0.1
BAD = (b"{", b"\xff\xfe", b"[1, 2", b'{"provider": 1, "request_model": "m", "time": 1767225600}')


class Traffic(Thread):
    """Sends in the order of the recording, one partition a run."""

    def __init__(self, connection: KafkaConnection, model: str, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.model, self.letters = model, 0
        self._chance = chance
        self._producer = BatchProducer(connection, "chaos")
        self._lines = _lines(model)
        self.rows = len(self._lines)

    def run(self) -> None:
        deliveries = []
        for start in range(0, self.rows, CHUNK):
            values = [*self._lines[start : start + CHUNK], *self._bad()]
            deliveries.append(self._producer.send(Record(TOPIC, self.model.encode(), value) for value in values))
            self._producer.poll()
            time.sleep(PAUSE_S)
        self._producer.flush(60)
        for delivery in deliveries:
            delivery.raise_refused()

    def _bad(self) -> list[bytes]:
        bad = [self._chance.choice(BAD)] * self._chance.randrange(2)
        self.letters += len(bad)
        return bad


def _lines(model: str) -> list[bytes]:
    """Its provider is its own too: nothing of one run explains another's change."""
    recording = load(SWAP)
    change = recording.truth.change_at_row
    assert change is not None
    piece = recording.lines[change - BEFORE : change + AFTER]
    return relabel(piece, end=datetime.now(UTC), labels={"provider": model, "request_model": model})
