"""A running coagent that can be hurt: `coagent up`, its broker, a second worker."""

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.record import header_texts
from coagent.adapters.kafka.tail import Tail
from coagent.adapters.kafka.topics import cluster_id
from coagent.domain.topics import INSIGHTS as INSIGHTS_TOPIC
from coagent.domain.topics import SHIFTS as SHIFTS_TOPIC
from coagent.entrypoints.running import find_running
from tests.chaos.traffic import TOPIC, Traffic
from tests.e2e.running_up import RunningUp
from tests.integration.kafka.conftest import ApacheKafka

SETTINGS = {
    "COAGENT_INGEST__COMMIT_S": "2",
    "COAGENT_LOG__FORMAT": "json",
    "COAGENT_INGEST__TOPICS": f'["{TOPIC}"]',
}
"""Commits so seldom that most kills of ingest hit between sending and committing."""
WHOLE_WITHIN_S = 150.0
COUNTED = "SELECT coalesce(sum(requests), 0)::bigint FROM insights.requests_1m WHERE request_model = %s"
SHIFTS = "SELECT count(*) FROM insights.shifts WHERE request_model = %s"
INSIGHTS = """SELECT count(*) FROM coagent.insights i JOIN coagent.segments s ON s.id = i.segment_id
WHERE i.kind = 'shift' AND s.request_model = %s"""
OPENED = """SELECT count(*) FROM coagent.outbox o JOIN coagent.insights i ON i.id = o.insight_id
JOIN coagent.segments s ON s.id = i.segment_id
WHERE o.channel = 'folder' AND o.state = 'sent' AND s.request_model = %s"""
LETTERS = "SELECT count(*) FROM coagent.dead_letters WHERE topic = 'llm.telemetry' AND cluster = %s"


class World:
    """All that the product starts by itself; `broker` where it is a real Kafka."""

    def __init__(self, root: Path, broker: ApacheKafka | None = None) -> None:
        self._root, self._broker = root, broker
        servers = {"COAGENT_KAFKA__BOOTSTRAP_SERVERS": broker.connection.bootstrap_servers} if broker else {}
        self.up = RunningUp(root / "data", **servers, **SETTINGS)
        self.up.wait_for("ready  all processes")
        running = find_running(root / "data")
        assert running is not None
        self._environment = running.environment
        self.connection = KafkaConnection(self._environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"])
        self._cluster = cluster_id(self.connection)
        self.sent: list[Traffic] = []
        self._second: subprocess.Popen[bytes] | None = None
        self._workers = 0

    def kill(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid(name), signal.SIGKILL)

    def pause(self, name: str, seconds: float) -> None:
        """It does nothing for so long, and does not know."""
        pid = self._pid(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(pid, signal.SIGCONT)

    def stop_broker(self, seconds: float) -> None:
        """A real one is killed and comes back on its log; the embedded one has its log in memory and is paused."""
        if self._broker is None:
            self.pause("broker", seconds)
            return
        self._broker.end(signal.SIGKILL)
        time.sleep(seconds)
        self._broker.start()

    def join_worker(self) -> None:
        """A second one; returns when it is at work on its share."""
        self._workers += 1
        folder = self._root / f"worker-{self._workers}"
        folder.mkdir()
        log = folder / "worker.log"
        environment = {**self.up.environment, **self._environment, **SETTINGS, "COAGENT_DATA_DIR": str(folder)}
        argv = [sys.executable, "-m", "faust", "-A", "streams.app", "worker", "--loglevel", "INFO"]
        with log.open("ab") as output:
            self._second = subprocess.Popen(argv, env=environment, stdout=output, stderr=output)
        self.up.until(lambda: b"at work on its partitions" in log.read_bytes(), 90, f"a second worker: {log}")

    def leave_worker(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self._second is not None:
            self._second.send_signal(number)
            self._second.wait(60)
            self._second = None

    def send(self, model: str, chance: random.Random) -> Traffic:
        """Traffic that is under way."""
        traffic = Traffic(self.connection, model, chance)
        self.sent.append(traffic)
        traffic.start()
        return traffic

    def until_whole(self, traffic: Traffic) -> None:
        """Every request of the run is counted, its change reported and delivered, what cannot be read put aside."""
        give_up, missing = time.monotonic() + WHOLE_WITHIN_S, self._missing(traffic)
        while missing:
            if time.monotonic() > give_up or self.up.process.poll() is not None:
                pytest.fail(f"{traffic.model}: {missing}\n{''.join(self.up.lines[-40:])}")
            time.sleep(0.1)
            missing = self._missing(traffic)

    def ends(self) -> Counter[str]:
        """How often each process has ended so far."""
        found = (re.match(r"\s*(\w+)\s+ended with status", line) for line in self.up.lines)
        return Counter(match[1] for match in found if match)

    def close(self) -> None:
        self.leave_worker()
        self.up.end()

    def wrong(self, traffic: Traffic) -> dict[str, tuple[int, int]]:
        """What is not as it has to stay: wanted and found, by query."""
        wanted = {COUNTED: traffic.rows, SHIFTS: 1, INSIGHTS: 1}
        with psycopg.connect(self._environment["COAGENT_POSTGRES__URL"], connect_timeout=3) as database:
            found = {query: _number(database, query, traffic.model) for query in wanted}
            opened = _number(database, OPENED, traffic.model)
            letters = _number(database, LETTERS, self._cluster)
        pairs = {query: (number, found[query]) for query, number in wanted.items()}
        pairs |= {OPENED: (1, min(opened, 1)), LETTERS: (sum(one.letters for one in self.sent), letters)}
        return {query: (number, seen) for query, (number, seen) in pairs.items() if number != seen}

    def logged(self, process: str, *names: str) -> list[dict[str, str]]:
        """Lines that name all of these; a killed process may leave half a line."""
        found = []
        for line in (self._root / "data" / "logs" / f"{process}.log").read_bytes().splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [line for line in found if isinstance(line, dict) and line.keys() >= set(names)]

    def repeated_with_other_content(self) -> list[str]:
        """Events about this traffic of one id that are not the same."""
        tail = Tail(self.connection, (SHIFTS_TOPIC, INSIGHTS_TOPIC), from_beginning=True)
        seen: dict[str, bytes] = {}
        messages = [message for _ in range(30) for message in tail.read(0.1)]
        tail.close()
        ids = [
            (header_texts(message.headers()).get("ce_id", ""), message.value())
            for message in messages
            if b"chaos-" in (message.key() or b"")
        ]
        return [name for name, value in ids if seen.setdefault(name, value) != value]

    def _missing(self, traffic: Traffic) -> dict[str, tuple[int, int]]:
        try:
            return self.wrong(traffic)
        except psycopg.Error:
            return {"the database": (1, 0)}

    def _pid(self, name: str) -> int:
        pattern = re.compile(rf"\s*{name}\s+(?:re)?started, pid (\d+)")
        return int([match[1] for line in self.up.lines if (match := pattern.match(line))][-1])


def _number(database: psycopg.Connection[tuple[int]], query: str, about: str) -> int:
    [(number,)] = database.execute(query.encode(), [about]).fetchall()
    return number
