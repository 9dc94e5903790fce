"""When a budget burns, and when it does not: by the clock, with little traffic and with much."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from coagent.domain.slo import Bucket, Burn
from coagent.slo.burn_rate import slo_status
from coagent.slo.burns import QUIET, burns
from coagent.slo.slo_file import read_slos

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def slo(objective: float = 99.0, more: str = ""):
    text = f"version: 1\nslos:\n  - {{name: works, objective: {objective}, indicator: {{success_rate: {{}}}}{more}}}"
    return read_slos(text, "slos.yaml")[0]


def minutes(count: int, events: int, bad: int, until: datetime = NOW) -> list[Bucket]:
    return [Bucket(until - number * MINUTE, 60, events, bad) for number in range(1, count + 1)]


def test_a_budget_that_is_kept_does_not_burn():
    status = slo_status(slo(), minutes(120, 100, 1), NOW)
    assert [] == status.burning
    assert [pytest.approx(1.0)] * 3 == [one.long_rate for one in status.burn_rates]
    assert status.budget_left == pytest.approx(0.0)


def test_each_window_fires_at_its_own_rate():
    """Hours ago, how many percent fail since then, and the windows that fire on a budget of 1 %."""
    everything = (72, 16, [14.4, 6.0, 1.0])
    for since, percent, fires in ((2, 15, [14.4]), (7, 7, [6.0]), (72, 2, [1.0]), everything, (72, 0, [])):
        bad = {back: 60 * percent * (back <= since) for back in range(3, 73)}
        hours = [Bucket(NOW - timedelta(hours=back), 3600, 6000, bad[back]) for back in bad]
        status = slo_status(slo(), [*minutes(120, 100, percent), *hours], NOW)
        assert fires == [one.window.rate for one in status.burning], percent


def test_a_burst_that_is_over_does_not_fire():
    status = slo_status(slo(), [*minutes(10, 100, 0), *minutes(40, 100, 50, NOW - 10 * MINUTE)], NOW)
    first = status.burn_rates[0]
    assert first.long_rate is not None
    assert first.long_rate > 14.4
    assert (first.short_rate, first.fires) == (0.0, False)


@pytest.mark.parametrize(("events", "bad", "fires"), [(20, 3, False), (20, 4, True), (19, 19, False), (400, 80, True)])
def test_thin_traffic_needs_more_than_one_failure(events: int, bad: int, fires: bool):
    status = slo_status(slo(), [Bucket(NOW - MINUTE, 60, events, bad)], NOW)
    assert fires == bool(status.burning)


def test_false_alarms_are_rare_where_the_objective_is_just_met():
    """A request a minute and three, of which exactly the allowed share fails: a year of minutes."""
    chance = np.random.default_rng(5)
    fired = 0
    for events in (1, 3):
        bad = chance.binomial(events, 0.01, 60 * 24 * 60)
        held = np.convolve(bad, np.ones(60), "valid")
        last = np.convolve(bad, np.ones(5), "valid")[55:]
        for worst in np.argsort(-held)[:200]:
            buckets = [Bucket(NOW - 30 * MINUTE, 60, 55 * events, int(held[worst] - last[worst]))]
            buckets.append(Bucket(NOW - MINUTE, 60, 5 * events, int(last[worst])))
            fired += slo_status(slo(), buckets, NOW).burn_rates[0].fires
    assert fired == 0


def test_nothing_is_known_of_no_events():
    status = slo_status(slo(), [], NOW)
    assert (status.budget_left, status.exhausted_at, status.burning) == (None, None, [])


def test_exhaustion_is_projected_from_the_last_hours():
    """Of a budget of 30 days nothing was used before; it burns at 10."""
    before = [Bucket(NOW - timedelta(days=number), 86400, 144_000, 0) for number in range(2, 31)]
    status = slo_status(slo(), [*before, *minutes(360, 100, 10)], NOW)
    assert status.budget_left == pytest.approx(1 - 3600 / (0.01 * (29 * 144_000 + 36_000)))
    assert status.exhausted_at is not None
    assert (status.exhausted_at - NOW).total_seconds() == pytest.approx(status.budget_left * 3 * 86400)


class Life:
    def __init__(self) -> None:
        self.known: dict[str, Burn] = {}
        self.seen: list[tuple[str, int]] = []

    def look(self, after: timedelta, bad: int | None) -> None:
        now = NOW + after
        statuses = [] if bad is None else [slo_status(slo(), minutes(60, 100, bad, now), now)]
        for burn in burns(statuses, self.known, now):
            self.known = {burn.slo.name: burn} if burn.status == "open" else {}
            self.seen.append((burn.status, burn.sequence))


def test_a_burn_that_comes_and_goes_is_one_finding():
    life = Life()
    for minute, bad in ((0, 20), (1, 20), (2, 0), (10, 20), (12, 0), (24, 0)):
        life.look(minute * MINUTE, bad)
    assert [("open", 1)] * 3 == life.seen
    life.look(26 * MINUTE, 0)
    assert ("recovered", 2) == life.seen[-1]
    assert timedelta(minutes=15) == QUIET


def test_a_burn_twice_as_fast_is_news_and_an_slo_that_is_gone_ends_its_burn():
    life = Life()
    life.look(MINUTE, 20)
    life.look(2 * MINUTE, 41)
    life.look(3 * MINUTE, None)
    assert [("open", 1), ("open", 2), ("recovered", 3)] == life.seen
