"""A thousand subjects wait, two agents work: each is explained once, one that always fails holds up nobody."""

import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import Engine

from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from tests.contract.samples import NOON, insight, row, shift

COUNT = 1_000
AT_ONCE = 16
BROKEN = {"s-0000", "s-0001", "s-0500"}


class Agent(threading.Thread):
    """Explains what it claims, until nothing is left but what always fails. Its clock is ahead by a second a look."""

    def __init__(self, url: str, begin: threading.Barrier) -> None:
        super().__init__()
        self._store = PostgresInsightStore(make_engine(url))
        self._begin = begin
        self.explained: list[str] = []
        self.failed: list[str] = []

    def run(self) -> None:
        self._begin.wait()
        at = NOON
        while taken := self._store.claim_subjects(0, AT_ONCE, at):
            for one in taken:
                if one.subject.id in BROKEN:
                    self.failed.append(one.subject.id)
                    self._store.put_back(one, at)
                    continue
                self.explained.append(one.subject.id)
                written = insight(id=f"i-{one.subject.id}", subject_id=one.subject.id, sequence=one.sequence)
                self._store.save_insight(written, [])
            at += timedelta(milliseconds=10)


def test_none_twice_and_none_starved(postgres_engine: Engine, postgres_url: str) -> None:
    made = [shift(id=f"s-{each:04}", raised=row(1030 + each), updated=row(5000)) for each in range(COUNT)]
    PostgresTelemetryStore(postgres_engine).write_shifts(made)
    begin = threading.Barrier(2)
    agents = [Agent(postgres_url, begin) for _ in range(2)]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join(100)

    explained = Counter(one for agent in agents for one in agent.explained)
    assert {f"s-{each:04}" for each in range(COUNT)} - BROKEN == set(explained)
    assert {1} == set(explained.values())
    assert BROKEN == {one for agent in agents for one in agent.failed}


def test_a_claim_of_a_dead_agent_is_taken_over(postgres_engine: Engine) -> None:
    PostgresTelemetryStore(postgres_engine).write_shifts([shift()])
    dead, alive = (PostgresInsightStore(postgres_engine) for _ in range(2))
    assert 1 == len(dead.claim_subjects(0, 9, NOON))

    assert 0 == len(alive.claim_subjects(0, 9, NOON + timedelta(seconds=14)))
    assert 1 == len(alive.claim_subjects(0, 9, NOON + timedelta(seconds=16)))
