"""The fleet's rate is reported when it is known, when it moves, and again for those who lost it."""

from datetime import datetime, timedelta

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.command import Rate
from coagent.steps.measure import MeasureStep
from tests.contract.samples import NOON, rollup

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ASSUMED = 1e6
MINUTES_A_MONTH = 30 * 24 * 60


class World:
    """A store, a clock that stands until it is moved, and what was said."""

    def __init__(self) -> None:
        self.telemetry = MemoryTelemetryStore()
        self.said: list[Rate] = []
        self.at = NOON
        self.step = MeasureStep(MemoryInsightStore(self.telemetry, MemoryOutbox()), self, self, ASSUMED)

    def say(self, command: Rate) -> None:
        self.said.append(command)

    def now(self) -> datetime:
        return self.at

    def traffic(self, span: timedelta, requests_a_minute: int, begin: datetime = NOON) -> None:
        minutes = int(span / MINUTE)
        self.at = max(self.at, begin + span)
        self.telemetry.write_rollups(
            [rollup(minute=begin + number * MINUTE, requests=requests_a_minute) for number in range(minutes)]
        )


def test_nothing_is_reported_of_nothing() -> None:
    busy = World()
    assert busy.step.run() == 0
    busy.traffic(30 * MINUTE, 100)
    assert (busy.step.run(), busy.said) == (0, [])


def test_a_busy_fleet_is_known_after_an_hour_and_a_quiet_one_after_a_day() -> None:
    busy, quiet = World(), World()
    busy.traffic(HOUR, 100)
    quiet.traffic(23 * HOUR, 1)
    assert (busy.step.run(), quiet.step.run()) == (1, 0)
    assert busy.said[0].rows_per_month == 100 * MINUTES_A_MONTH
    quiet.traffic(24 * HOUR, 1)
    assert quiet.step.run() == 1
    assert quiet.said[0].rows_per_month == MINUTES_A_MONTH


def test_it_is_reported_anew_when_it_has_moved_notably() -> None:
    busy = World()
    busy.traffic(10 * HOUR, 100)
    busy.step.run()
    busy.traffic(HOUR, 200, NOON + 10 * HOUR)
    assert busy.step.run() == 0
    busy.traffic(10 * HOUR, 200, NOON + 11 * HOUR)
    busy.at += MINUTE
    assert busy.step.run() == 1
    assert len({command.id for command in busy.said}) == 2


def test_what_was_said_last_is_said_again_under_its_name() -> None:
    busy = World()
    busy.traffic(HOUR, 100)
    for _ in range(30):
        busy.step.run()
        busy.at += MINUTE
    assert len(busy.said) == 3
    assert len({(command.id, command.at) for command in busy.said}) == 1


def test_only_the_last_week_counts() -> None:
    busy = World()
    busy.traffic(HOUR, 10_000, NOON - timedelta(days=30))
    busy.traffic(timedelta(days=7), 100)
    busy.step.run()
    assert busy.said[0].rows_per_month == 100 * MINUTES_A_MONTH
