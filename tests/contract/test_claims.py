"""Who works on which subject: several agents share them, none waits behind one that fails."""

from datetime import timedelta

from coagent.domain.subject import Waiting
from tests.contract.conftest import World
from tests.contract.samples import NOON, draft, insight, row, shift

LEASE = timedelta(minutes=6)
"""Longer than any claim holds."""


def shifts(count: int) -> list:
    return [shift(id=f"shift-{each:03}", raised=row(1030 + each), updated=row(2000)) for each in range(count)]


def ids(claimed: list[Waiting]) -> list[str]:
    return [one.subject.id for one in claimed]


def test_what_one_claims_no_other_gets_until_the_claim_is_old(world: World) -> None:
    world.telemetry.write_shifts(shifts(3))

    assert ["shift-000", "shift-001"] == ids(world.insights.claim_subjects(0, 2, NOON))
    assert ["shift-002"] == ids(world.insights.claim_subjects(0, 2, NOON))
    assert [] == world.insights.claim_subjects(0, 2, NOON)
    assert 3 == len(world.insights.claim_subjects(0, 9, NOON + LEASE))


def test_a_subject_that_moves_on_is_free_at_once(world: World) -> None:
    world.telemetry.write_shifts([shift(sequence=1)])
    world.insights.claim_subjects(0, 9, NOON)

    world.telemetry.write_shifts([shift(sequence=2)])

    assert [Waiting(shift(sequence=2), 2)] == world.insights.claim_subjects(0, 9, NOON)


def test_editions_are_claimed_apart(world: World) -> None:
    world.telemetry.write_shifts([shift(sequence=1)])
    world.insights.claim_subjects(0, 9, NOON)

    world.insights.save_insight(insight(sequence=1), [])

    assert ["shift-1"] == ids(world.insights.claim_subjects(1, 9, NOON))
    assert [] == world.insights.claim_subjects(1, 9, NOON)


def test_what_failed_goes_behind_the_others_and_pauses_longer_each_time(world: World) -> None:
    world.telemetry.write_shifts(shifts(3))
    failing = world.insights.claim_subjects(0, 1, NOON)[0]
    world.insights.put_back(failing, NOON)

    assert "shift-000" not in ids(world.insights.claim_subjects(0, 9, NOON + timedelta(seconds=4)))
    later = NOON + LEASE
    assert ["shift-000", "shift-001"] == sorted(ids(world.insights.claim_subjects(0, 9, later)))[:2]
    world.insights.put_back(failing, later)
    assert [] == world.insights.claim_subjects(0, 9, later + timedelta(seconds=9))
    assert ["shift-000"] == ids(world.insights.claim_subjects(0, 9, later + timedelta(seconds=11)))


def test_one_that_fails_comes_last_even_when_it_is_the_oldest(world: World) -> None:
    world.telemetry.write_shifts(shifts(3))
    failing = world.insights.claim_subjects(0, 1, NOON)[0]
    world.insights.put_back(failing, NOON)

    assert ["shift-001", "shift-002", "shift-000"] == ids(world.insights.claim_subjects(0, 9, NOON + LEASE))


def test_a_pause_ends_within_an_hour_however_often_it_failed(world: World) -> None:
    world.telemetry.write_shifts([shift()])
    at = NOON
    for _ in range(40):
        failing = world.insights.claim_subjects(0, 1, at)[0]
        world.insights.put_back(failing, at)
        at += timedelta(hours=1)


def test_drafts_are_kept_with_their_reasons_once(world: World) -> None:
    refused = draft(model="small\0", answer='{"headline": "c9"}\0' + "x" * 9000, problems=["c9 is no claim\0"])

    world.insights.save_insight(insight(sequence=1), [], [refused])
    world.insights.save_insight(insight(sequence=1, edition=1), [], [refused])

    assert [("fingerprint-1", 1, False)] == world.drafts()
