"""A change of all endpoints of a model is found about as early as in one stream of the same rows."""

import numpy as np
import pytest

from coagent.detect.group.group import decode
from coagent.steps.stream_state import decode as decode_stream

from .endpoints import World, batches, columns, stream

ENDPOINTS, BEFORE, AFTER = 10, 4_000, 150


def world(endpoints: int | None, seed: int, deviations: float, *, grouped: bool = True) -> World:
    """To the first alarm, or to the end."""
    late = np.arange(BEFORE + AFTER) >= BEFORE
    found = World(grouped=grouped)
    for batch in batches(columns(BEFORE + AFTER, seed, moved=deviations * late), endpoints, 20, BEFORE):
        found.feed(batch)
        if found.raised:
            break
    return found


def delay(found: World) -> int:
    return found.raised[0][0] - BEFORE if found.raised else AFTER


@pytest.mark.slow
def test_ten_endpoints_find_it_about_as_early_as_one_stream() -> None:
    together, one, alone = [], [], []
    for seed in range(12):
        together.append(delay(world(ENDPOINTS, seed, 1.0)))
        one.append(delay(world(None, seed, 1.0)))
        alone.append(delay(world(ENDPOINTS, seed, 1.0, grouped=False)))
    assert min(together) > 0
    assert np.median(together) <= 1.5 * np.median(one)
    assert np.median(together) < np.median(alone)


def test_endpoints_that_did_not_change_raise_nothing() -> None:
    """Four of eight change; what all show together makes those four raise an alarm, and hardly another one."""
    rows, count = BEFORE + AFTER, 8
    changed = (np.arange(rows) >= BEFORE) & (np.arange(rows) % count < 4)
    found = World()
    for batch in batches(columns(rows, 0, moved=1.5 * changed), count, 10, BEFORE):
        found.feed(batch)
    theirs = [one.segment for _, one in found.raised]
    assert len(theirs) >= 3
    assert sum(segment in {stream(number) for number in range(4)} for segment in theirs) >= len(theirs) - 1
    assert {one.signal for _, one in found.raised} == {"mean_logprob"}


def test_a_stream_alone_says_once_that_it_exists() -> None:
    found = World()
    for batch in batches(columns(2_000, 1), None, 20):
        found.feed(batch)
    assert [(one.until, one.signals, one.begins_anew) for one in found.evidence] == [(20, {}, False)]
    assert found.news == []


def test_all_know_of_each_other_from_the_second_on() -> None:
    found = World()
    for batch in batches(columns(60, 1), 3, 20):
        found.feed(batch)
    assert [news.stream for news in found.news] == [stream(1), stream(0), stream(2)]


def test_a_busy_stream_tells_once_an_interval() -> None:
    """Two streams of five rows a second: a message of each every five seconds, not one a batch."""
    rows = columns(6_000, 1)
    rows["time_s"] = rows["time_s"][0] + np.arange(6_000) / 10
    found = World()
    for batch in batches(rows, 2, 10):
        found.feed(batch)
    assert 180 < len(found.evidence) < 2 * 600 / 5 + 10


def test_what_comes_again_changes_nothing() -> None:
    found = World()
    for batch in batches(columns(1_200, 2), 2, 10):
        found.feed(batch)
    before = decode(found.state or b"")
    for evidence in found.evidence[-8:]:
        found.state = found.adds(found.state, evidence).state
    after = decode(found.state or b"")
    assert (after.bets == before.bets).all()
    assert after.members == before.members


def test_an_alarm_that_comes_again_raises_nothing() -> None:
    found = world(ENDPOINTS, 3, 1.5)
    raised = {one.segment for _, one in found.raised}
    assert len(raised) > 1
    for news in [one for one in found.news if one.alarms]:
        assert found.step.hear(found.states[news.stream], news).candidates == []


def test_evidence_that_was_not_sent_yet_outlives_a_restart() -> None:
    found = World()
    for batch in batches(columns(204, 2), 2, 1):
        found.feed(batch)
    waiting = 0
    for segment, state in found.states.items():
        share = found.step._cached[segment].stream.watch.sensor.share
        waiting += int(share.sums.rows.sum())
        read = decode_stream(state, segment)[0].sensor.share
        assert all((one == other).all() for one, other in zip(read.sums, share.sums, strict=True))
        assert (read.grouped, read.since, read.told_s) == (True, share.since, share.told_s)
    assert waiting


def test_people_see_what_a_group_has_and_needs() -> None:
    """The first report has no evidence yet; after an alarm the peak shows what raised it."""
    found = world(ENDPOINTS, 3, 1.5)
    last = found.detectors[-1]
    of = {one.signal: one for one in last.detectors}
    moved = of["mean_logprob"]

    assert last.segment == stream(0).pool
    assert [one.version for one in found.detectors] == sorted({one.version for one in found.detectors})
    assert moved.log10_needed is not None
    assert moved.log10_peak > moved.log10_needed > 6
    assert moved.log10_evidence == 0
    assert of["input_length"].budget_share == 0
    assert 0 < sum(one.budget_share for one in last.detectors) <= 0.1


def test_a_stream_alone_has_no_group_to_show() -> None:
    found = World()
    for batch in batches(columns(2_000, 1), None, 20):
        found.feed(batch)
    assert found.detectors == []


def test_reports_of_a_group_are_few() -> None:
    found = World()
    for batch in batches(columns(1_200, 2), 2, 10):
        found.feed(batch)
    assert 2 <= len(found.detectors) < 20
