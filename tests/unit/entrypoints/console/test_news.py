"""One poller for all open pages, none without one; and what processes are called."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from coagent.adapters.memory.clock import FixedClock
from coagent.domain.errors import CoagentError, Transient
from coagent.domain.heartbeat import Heartbeat
from coagent.entrypoints.console.live import news as module
from coagent.entrypoints.console.live.news import News, TooMany, Versions
from coagent.entrypoints.console.processes import Processes
from tests.contract.samples import heartbeat

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Counted:
    """Each look is one further."""

    def __init__(self) -> None:
        self.looks = 0

    def read(self) -> Versions:
        self.looks += 1
        if self.looks == 2:
            raise Transient("away")
        return {"shifts": str(self.looks), "budgets": "same"}


async def test_all_pages_hear_of_it_by_one_poller() -> None:
    counted = Counted()
    news = News(counted.read, every_s=0.01)
    async with news.page() as one, news.page() as other:
        assert await asyncio.gather(one.get(), other.get()) == ["shifts", "shifts"]
        looks = counted.looks
        assert looks >= 3
    await asyncio.sleep(0.1)
    after = counted.looks
    await asyncio.sleep(0.1)
    assert counted.looks == after <= looks + 2, "nobody asks where no page is open"


async def test_pages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 1)
    news = News(Counted().read)
    async with news.page():
        with pytest.raises(TooMany):
            async with news.page():
                pass


OTHERS = ("ingest", "worker", "agent")


@pytest.mark.parametrize(
    ("beat", "state"),
    [
        (heartbeat(process="sink", at=NOW, started=NOW, progressed=NOW, ready=True), "at work"),
        (heartbeat(process="sink", at=NOW, started=NOW, progressed=NOW, ready=False), "not ready"),
        (heartbeat(process="sink", at=NOW - timedelta(minutes=1), progressed=NOW, ready=True), "silent"),
        (heartbeat(process="sink", at=NOW, started=NOW, progressed=None, ready=True), "starting"),
        (heartbeat(process="sink", at=NOW, started=NOW - timedelta(hours=1), progressed=None, ready=True), "stalled"),
    ],
)
def test_what_a_process_is_called(beat: Heartbeat, state: str) -> None:
    found, problem = Processes(lambda: [beat], lambda _: 3, FixedClock(NOW)).refresh()
    assert problem == ""
    assert {one.name: one.state for one in found} == {**dict.fromkeys(OTHERS, "looking"), "sink": state}


def test_who_was_not_heard_of_for_three_heartbeats_is_called_so() -> None:
    """A first answer of a busy broker may have nothing in it."""
    clock = FixedClock(NOW)
    processes = Processes(list, lambda _: 3, clock)
    assert {one.state for one in processes.refresh().found} == {"looking"}
    clock.move(timedelta(seconds=31))
    assert {one.state for one in processes.refresh().found} == {"not heard of"}


def test_a_page_does_not_wait_for_kafka() -> None:
    def away() -> list[Heartbeat]:
        raise CoagentError("away")

    processes = Processes(away, lambda _: None, FixedClock(NOW))
    assert {one.state for one in processes.look().found} <= {"looking", "unknown"}
    assert processes.refresh().problem == "away"
