from datetime import timedelta
from decimal import Decimal

from coagent.domain.insight import Provenance
from coagent.domain.money import MoneyRange
from tests.contract.conftest import World
from tests.contract.samples import NOON, insight, message, opportunity, row, shift

LATER = NOON + timedelta(hours=1)


def test_a_reported_shift_is_not_reported_again(world: World) -> None:
    world.telemetry.write_shifts([shift(sequence=1)])

    world.insights.save_insight(insight(sequence=1), [])

    assert [] == world.waiting()


def test_a_shift_is_reported_again_when_it_has_moved_on(world: World) -> None:
    world.telemetry.write_shifts([shift(sequence=1)])
    world.insights.save_insight(insight(sequence=1), [])

    world.telemetry.write_shifts([shift(sequence=2)])

    assert [shift(sequence=2)] == world.waiting()


def test_shifts_are_reported_oldest_first_and_not_more_than_asked(world: World) -> None:
    shifts = [shift(id=f"shift-{each}", raised=row(1030 + each), updated=row(1100)) for each in (30, 10, 20)]

    world.telemetry.write_shifts(shifts)

    assert ["shift-10", "shift-20"] == [each.id for each in world.waiting(2)]


def test_an_opportunitys_insight_does_not_report_a_shift_of_the_same_id(world: World) -> None:
    world.telemetry.write_shifts([shift()])

    world.insights.save_insight(insight(kind="opportunity", subject_id="shift-1"), [])

    assert [shift()] == world.waiting()


def test_an_insight_is_updated_in_place_but_never_by_an_older_one(world: World) -> None:
    world.insights.save_insight(insight(sequence=1, text="first"), [])
    world.insights.save_insight(insight(sequence=3, text="third"), [])
    world.insights.save_insight(insight(sequence=2, text="second"), [])
    world.insights.save_insight(insight(sequence=3, text="third, in other words"), [])

    assert [("fingerprint-1", 3, "third")] == world.reported()


def test_a_later_edition_takes_the_place_of_the_plain_one(world: World) -> None:
    world.insights.save_insight(insight(sequence=2, text="plain"), [])
    world.insights.save_insight(insight(sequence=2, edition=1, text="arranged"), [])
    world.insights.save_insight(insight(sequence=1, edition=1, text="old"), [])

    assert [("fingerprint-1", 2, "arranged")] == world.reported()


def test_what_came_too_late_owes_nothing(world: World) -> None:
    """Whoever reads the topic would take an older insight for the newest."""
    world.insights.save_insight(insight(sequence=2), [message("new")])
    world.insights.save_insight(insight(sequence=1, edition=1), [message("late")])

    assert ["new"] == [each.idempotency_key for each in world.outbox.claim(9, NOON)]


def test_who_wrote_it_is_kept(world: World) -> None:
    written = insight(edition=1, provenance=Provenance(model="m", revisions=1, checks=["slots"], input_tokens=900))

    world.insights.save_insight(written, [])

    assert written == world.insights.insight("fingerprint-1")
    assert world.insights.insight("unknown") is None


def test_only_a_plain_insight_waits_to_be_rewritten(world: World) -> None:
    world.telemetry.write_shifts([shift(sequence=2)])
    assert [] == world.waiting(edition=1)

    world.insights.save_insight(insight(sequence=2), [])
    assert [shift(sequence=2)] == world.waiting(edition=1)

    world.insights.save_insight(insight(sequence=2, edition=1), [])
    assert [] == world.waiting(edition=1)


def test_a_repeated_idempotency_key_changes_nothing(world: World) -> None:
    world.insights.save_insight(insight(), [message("key", payload=b"one")])
    world.outbox.mark_sent("key", NOON)

    world.insights.save_insight(insight(sequence=2), [message("key", payload=b"two"), message("other")])

    assert [("key", "sent", None), ("other", "owed", None)] == world.messages()


def test_an_opportunity_comes_back_with_its_sequence(world: World) -> None:
    world.insights.save_opportunities([opportunity()], NOON)

    assert [(opportunity(), 1)] == world.opportunities()


def test_an_opportunity_that_hardly_moved_is_no_news(world: World) -> None:
    world.insights.save_opportunities([opportunity()], NOON)
    close = MoneyRange(Decimal(81), Decimal(109), Decimal(121))

    world.insights.save_opportunities([opportunity(monthly_savings_usd=close)], LATER)

    assert [(opportunity(), 1)] == world.opportunities()


def test_an_opportunity_is_reported_again_when_it_notably_changed(world: World) -> None:
    world.insights.save_opportunities([opportunity()], NOON)
    reported = insight(kind="opportunity", subject_id="opportunity-1", sequence=1)
    world.insights.save_insight(reported, [])
    assert [] == world.opportunities()
    more = opportunity(monthly_savings_usd=MoneyRange(Decimal(200), Decimal(300), Decimal(400)))

    world.insights.save_opportunities([more], LATER)
    other_action = opportunity(id="opportunity-2", action={"model": "small"})
    world.insights.save_opportunities([other_action], LATER)

    assert [(more, 2), (other_action, 1)] == world.opportunities()
