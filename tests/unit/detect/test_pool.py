"""The pool: every row counts once, it keeps its promise, and it names the segments that carry an alarm."""

import random
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.detect.pool import members
from coagent.detect.pool.codec import UnknownState, decode, encode
from coagent.detect.pool.detectors import detectors_due
from coagent.detect.pool.feed import feed
from coagent.detect.pool.pool import Pool
from coagent.detect.signals import PLACE_OF
from coagent.detect.told import Told
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.domain.segment import ALL
from coagent.steps.pool import PoolStep
from tests.unit.detect.contributions import EVEN, HIGH, ROWS, contribution, fleet, member

CONFIG = DetectConfig(rows_per_month=1e6)
POOL = member(0).pool


def run(told: list[Evidence], config: DetectConfig = CONFIG) -> tuple[bytes | None, list[Candidate]]:
    """Through the step, state handed from call to call."""
    step, state, found = PoolStep(config), None, []
    for evidence in told:
        pooled = step(state, evidence)
        state = pooled.state
        found += pooled.candidates
    return state, found


def raised(candidates: list[Candidate]) -> list[Candidate]:
    return [one for one in candidates if one.phase == "raised"]


def with_repetitions(told: list[Evidence], seed: int) -> list[Evidence]:
    """As a worker sends them that dies again and again: it goes back a few messages each time."""
    chance, sent, at = random.Random(seed), [], 0
    while at < len(told):
        sent.append(told[at])
        at += 1
        if chance.random() < 0.1:
            at -= min(chance.randrange(8), at)
    return sent


@pytest.mark.parametrize("seed", range(3))
def test_contributions_that_come_again_change_nothing(seed: int) -> None:
    told = list(fleet(seed, members=6, turns=40, change=20))
    state, found = run(told)
    again, found_again = run(with_repetitions(told, seed))
    assert again == state
    assert found_again == found
    assert raised(found)


def test_any_process_goes_on_from_the_state_alone() -> None:
    told = list(fleet(1, members=6, turns=40, change=20))
    whole, found = run(told)
    state, parts = None, []
    for evidence in told:
        pooled = PoolStep(CONFIG)(state, evidence)
        state = pooled.state
        parts += pooled.candidates
    assert state == whole
    assert parts == found


def test_its_detectors_are_told_when_something_changes_and_now_and_then() -> None:
    step, state, told = PoolStep(CONFIG), None, []
    for evidence in with_repetitions(list(fleet(1, members=6, turns=40, change=20)), 1):
        pooled = step(state, evidence)
        state, told = pooled.state, told + pooled.detectors
    assert [one.sequence for one in told] == list(range(1, len(told) + 1))
    assert len(told) < 12
    assert {one.segment for one in told} == {POOL}
    last = {one.signal: one for one in told[-1].detectors}
    assert told[-1].promise_rows == CONFIG.pool_threshold
    assert last["mean_logprob"].status == "suspicious"
    assert last["mean_logprob"].log10_peak > last["mean_logprob"].log10_needed
    assert last["output_tokens"].status == "watching"
    assert last["output_tokens"].log10_peak < last["output_tokens"].log10_needed
    assert sum(one.budget_share for one in last.values()) < 1


def test_its_detectors_are_told_no_oftener_where_clocks_lie_apart_and_of_the_newest() -> None:
    step, state, told = PoolStep(CONFIG), None, []
    for evidence in fleet(1, members=6, turns=40):
        late = timedelta(hours=2 if evidence.segment == member(3) else 0)
        last = msgspec.structs.replace(evidence.last, time=evidence.last.time - late)
        pooled = step(state, msgspec.structs.replace(evidence, last=last))
        state, told = pooled.state, told + pooled.detectors
    times = [one.time for one in told]
    assert len(told) < 12
    assert times == sorted(times)


def test_one_segment_has_no_pool_to_tell_of() -> None:
    step, rng, state = PoolStep(CONFIG), np.random.default_rng(3), None
    for turn in range(5):
        pooled = step(state, contribution(rng, 0, turn))
        state = pooled.state
        assert not pooled.detectors


def test_partitions_in_any_order_count_every_row_once() -> None:
    told = list(fleet(2, members=6, turns=30))
    chance, pools = random.Random(7), []
    for _ in range(3):
        queues = {evidence.segment: [one for one in told if one.segment == evidence.segment] for evidence in told[:6]}
        pool = Pool(POOL)
        while any(queues.values()):
            queue = queues[chance.choice([segment for segment, queue in queues.items() if queue])]
            feed(pool, queue[0], CONFIG)
            if chance.random() < 0.8:
                queue.pop(0)
        pools.append(pool)
    assert [6 * 30 * ROWS] * 3 == [pool.rows_seen for pool in pools]
    assert all(6 * 30 * ROWS == pool.statistics.known[PLACE_OF["mean_logprob"]] for pool in pools)


def test_a_segment_that_lost_its_state_begins_anew() -> None:
    rng, pool = np.random.default_rng(0), Pool(POOL)
    feed(pool, contribution(rng, 0, 9), CONFIG)
    later = msgspec.structs.replace(contribution(rng, 0, 0), began_s=1_790_009_999.0)
    assert feed(pool, contribution(rng, 0, 0), CONFIG) is None
    assert feed(pool, later, CONFIG) is not None
    assert pool.rows_seen == 2 * ROWS


def test_it_keeps_its_promise_where_nothing_changed() -> None:
    """Of a threshold of 500 rows: at most one alarm in so many rows."""
    config, alarms, rows = DetectConfig(rows_per_month=100.0), 0, 0
    for seed in range(12):
        told = list(fleet(seed, members=10, turns=20))
        alarms += len(raised(run(told, config)[1]))
        rows += len(told) * ROWS
    assert alarms <= rows / config.pool_threshold


def test_a_change_in_some_segments_names_them() -> None:
    moved = frozenset({1, 4, 5, 7, 11})
    _, found = run(list(fleet(3, members=12, turns=60, change=20, moved=moved)))
    first = raised(found)[0]
    assert first.segment == POOL
    assert first.segment.tenant == ALL
    assert [one.signal for one in first.evidence if one.alarmed] == ["mean_logprob"]
    told = {one.tenant for one in found[-1].carriers}
    assert {f"tenant-{number}" for number in moved} >= {one.tenant for one in found[-1].carriers[:4]}
    assert len(told & {f"tenant-{number}" for number in moved}) >= 4
    assert abs(first.onset.ordinal - 20 * 12 * ROWS) < 10 * 12 * ROWS


def test_a_change_in_one_segment_is_that_ones() -> None:
    _, found = run(list(fleet(4, members=6, turns=120, change=20, moved=frozenset({3}))))
    first = raised(found)[0]
    assert first.segment == member(3)
    assert [member(3)] == first.carriers
    assert 20 * ROWS - 200 <= first.onset.ordinal <= first.raised.ordinal < 120 * ROWS


def last_told(moved: frozenset[int], unusual: dict[str, dict[str, int]]) -> Candidate:
    """When an alarm was told last. Every batch before said that half of its rows came from a rare template, and
    `unusual` is what those of the moved members say from then on.
    """
    rng, told = np.random.default_rng(4), []
    for turn in range(120):
        for number in range(6):
            high = turn >= 20 and number in moved
            says = unusual if high else {"prompt_template": {"b": ROWS // 2}}
            told.append(contribution(rng, number, turn, HIGH if high else EVEN, unusual=says))
    return run(told)[1][-1]


def test_a_rare_value_is_counted_among_all_rows_of_its_side() -> None:
    (field,) = last_told(frozenset(range(6)), {"app_version": {"2": ROWS}}).fields
    assert field.after == {"(as before)": 0, "2": sum(field.after.values())}
    assert 0.8 < field.before["(as before)"] / sum(field.before.values()) < 1


def test_of_one_member_alone_no_field_is_compared_with_those_of_all() -> None:
    last = last_told(frozenset({3}), {"prompt_template": {str(name): ROWS // 10 for name in range(10)}})
    assert (last.segment, last.fields) == (member(3), [])
    assert last.rows_fresh > 0


def test_what_the_segments_tell_themselves_is_not_told_again() -> None:
    rng, pool, found = np.random.default_rng(5), Pool(POOL), []
    for turn in range(60):
        for number in range(6):
            own = turn > 22
            law = HIGH if turn >= 20 else contribution.__defaults__[0]
            alarmed = ("mean_logprob",) if own else ()
            found += feed(pool, contribution(rng, number, turn, law, alarmed=alarmed), CONFIG) or []
            if turn < 23:
                found.clear()
    assert not found


def test_an_alarm_is_told_to_its_end_and_then_held() -> None:
    state, found = run(list(fleet(6, members=10, turns=400, change=20)))
    assert found[0].phase == "raised"
    assert [one.sequence for one in found] == list(range(len(found)))
    assert "final" in {one.phase for one in found}
    assert len(raised(found)) == 1
    (held,) = detectors_due(renewed(state), CONFIG)
    assert {one.status for one in held.detectors if one.signal == "mean_logprob"} == {"told"}


def renewed(state: bytes | None) -> Pool:
    """With its detectors to be told."""
    pool = decode(state or b"", POOL)
    pool.told = Told()
    return pool


def test_a_change_that_goes_away_recovers() -> None:
    rng, told = np.random.default_rng(7), []
    for turn in range(200):
        told += [contribution(rng, number, turn, *([HIGH] if 20 <= turn < 28 else [])) for number in range(10)]
    _, found = run(told)
    assert found[-1].phase == "recovered"
    assert len(raised(found)) == 1


def test_state_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST", 50)
    rng, pool = np.random.default_rng(8), Pool(POOL)
    for turn in range(3):
        for number in range(80):
            feed(pool, contribution(rng, number, turn), CONFIG)
    assert len(pool.members) == 50
    assert pool.members.forgotten > 0
    assert pool.rows_seen == 3 * 80 * ROWS
    assert len(encode(pool)) < 65_536


def test_states_of_another_version_are_told_from_ours() -> None:
    pool = Pool(POOL)
    feed(pool, contribution(np.random.default_rng(9), 0, 0), CONFIG)
    data = encode(pool)
    assert encode(decode(data, POOL)) == data
    for wrong in (b"", bytes([data[0] + 1]) + data[1:], data[:-5], data[:1] + b"x" * 40):
        with pytest.raises(UnknownState):
            decode(wrong, POOL)
