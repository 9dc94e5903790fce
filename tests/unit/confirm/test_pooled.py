"""A pooled shift: told in ranks with its carriers; one change wakes people once, whoever tells it first."""

import msgspec

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.domain.segment import ALL
from coagent.domain.shift import Shift
from coagent.steps.confirm import ConfirmStep
from coagent.steps.pool import PoolStep
from tests.unit.detect.contributions import fleet, member

CONFIG = DetectConfig(rows_per_month=1e6)


def candidates(told: list[Evidence]) -> list[Candidate]:
    step, state, found = PoolStep(CONFIG), None, []
    for evidence in told:
        pooled = step(state, evidence)
        state = pooled.state
        found += pooled.candidates
    return found


def judged(found: list[Candidate], state: bytes | None = None) -> tuple[list[Shift], bytes | None]:
    step, told = ConfirmStep(ConfirmConfig()), []
    for candidate in found:
        confirmed = step(state, candidate)
        state = confirmed.state
        told += confirmed.shifts
    return told, state


def as_own(candidate: Candidate, number: int) -> Candidate:
    """The same change as a segment tells it itself."""
    return msgspec.structs.replace(
        candidate, id=f"own-{number}-{candidate.sequence}", segment=member(number), pooled=False, carriers=[]
    )


def pooled() -> list[Candidate]:
    return candidates(list(fleet(3, members=12, turns=120, change=20)))


def test_it_is_told_in_ranks_with_the_segments_that_carry_it() -> None:
    told, _ = judged(pooled())
    last = told[-1]
    assert last.segment.tenant == ALL
    assert any(shift.page for shift in told)
    change = next(one for one in last.signals if one.name == "mean_logprob")
    assert change.unit == "rank"
    assert abs(change.before.median - 0.5) < 0.01
    assert change.effect.value > 0
    assert 2 <= len(last.carriers) <= 12
    assert {one.request_model for one in last.carriers} == {"gpt-4"}


def test_a_candidate_that_comes_again_gives_the_same_again() -> None:
    found = pooled()
    told, state = judged(found)
    assert judged(found[-1:], state)[0] == told[-1:]


def test_a_segment_that_tells_it_after_its_pool_wakes_nobody() -> None:
    found = pooled()
    _, state = judged(found)
    told, _ = judged([as_own(found[-1], 4)], state)
    assert told
    assert not any(shift.page for shift in told)
    assert "people were woken for it with shift" in told[-1].cause.because[-1]


def test_a_pool_that_tells_it_after_a_segment_wakes_nobody() -> None:
    found = pooled()
    own, state = judged([as_own(found[-1], 4)])
    assert any(shift.page for shift in own)
    told, _ = judged(found, state)
    assert told
    assert not any(shift.page for shift in told)


def test_another_model_wakes_people_all_the_same() -> None:
    found = pooled()
    _, state = judged(found)
    elsewhere = msgspec.structs.replace(member(4), request_model="gpt-5")
    told, _ = judged([msgspec.structs.replace(as_own(found[-1], 4), segment=elsewhere)], state)
    assert any(shift.page for shift in told)
