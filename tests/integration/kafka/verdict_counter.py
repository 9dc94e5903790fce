"""Counts the trials that run, and is killed at one of its saves: the test starts it."""

import os
import signal
import sys

from coagent.adapters.clock import SystemClock
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.request_log import RequestLog
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.verdict_store import PostgresVerdictStore
from coagent.steps.verdict import VerdictStep


class Killed(PostgresVerdictStore):
    """SIGKILL before or after the transaction of the save with that number."""

    left = 0
    when = "before"

    def save(self, found):
        self.left -= 1
        if not self.left and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().save(found)
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def main(servers: str, url: str, number: str, when: str) -> None:
    engine = make_engine(url)
    store = Killed(engine)
    store.left, store.when = int(number), when
    log = RequestLog(KafkaConnection(servers), messages=2)
    step = VerdictStep(store, log, PostgresInsightStore(engine), SystemClock())
    while True:
        step.run()


main(*sys.argv[1:])
