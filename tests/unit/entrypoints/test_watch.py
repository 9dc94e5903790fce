"""What the demo's watch keeps of shifts that are reported more than once."""

from datetime import timedelta

from msgspec.structs import replace

from coagent.domain.shift import Shift
from coagent.entrypoints.demo.watch import Event, Watch
from tests.shown_subjects import swap

LATER = timedelta(seconds=250)


def heard(*shifts: Shift) -> Shift:
    news = list[Event]()
    watch = Watch({"here"}, news.append)
    for shift in shifts:
        watch._take(shift)
    [kept] = watch.shifts("here")
    return kept


def reported(*, page: bool, family: str = "provider", late: timedelta = timedelta()) -> Shift:
    shift = swap()
    raised = replace(shift.raised, time=shift.raised.time + late)
    cause = replace(shift.cause, family=family)
    return replace(shift, segment=replace(shift.segment, endpoint="here"), page=page, cause=cause, raised=raised)


def test_a_shift_that_is_held_first_was_found_when_it_was_first_reported() -> None:
    kept = heard(held := reported(page=False), reported(page=True, late=LATER))
    assert kept.page
    assert kept.raised == held.raised


def test_what_was_taken_for_something_else_was_found_when_it_was_named_right() -> None:
    kept = heard(reported(page=False, family="unknown"), named := reported(page=True, late=LATER))
    assert kept.raised == named.raised


def test_the_state_that_first_paged_stays() -> None:
    assert heard(paged := reported(page=True), reported(page=False, family="unknown", late=LATER)) == paged
