"""What outlives the broker's log: the newest state of each key, without the places of the old log."""

from streams.state import State
from streams.state_copies import Copy, StateCopies, no_copies


def begun(data: bytes) -> bytes:
    return b"begun " + data


def test_a_state_of_a_log_that_is_gone_is_taken_into_the_new_one_and_counts_on():
    copies = StateCopies("new", {b"k": Copy("old", State(7, b"x").pack())}, begun)
    assert State.unpack(copies.restored(b"k")) == State(7, b"begun x")
    assert copies.restored(b"unknown") is None


def test_a_state_of_this_very_log_keeps_its_places():
    copies = StateCopies("new", {b"k": Copy("new", State(7, b"x").pack())}, begun)
    assert State.unpack(copies.restored(b"k")) == State(7, b"x")


def test_what_could_not_be_copied_gives_way_to_what_is_newer():
    copies = StateCopies("new", {}, begun)
    copies.keep(b"a", b"1")
    copies.keep(b"b", b"1")
    taken = copies.take_changed()
    copies.keep(b"a", b"2")
    copies.give_back(taken)
    assert copies.take_changed() == {b"a": b"2", b"b": b"1"}
    assert copies.take_changed() == {}


def test_nothing_is_collected_where_the_log_outlives_the_worker():
    copies = no_copies()
    copies.keep(b"a", b"1")
    assert (copies.take_changed(), copies.restored(b"a")) == ({}, None)
