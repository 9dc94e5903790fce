"""The local store and its changelog: an older state never takes the place of a newer one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from streams.state import State, messages_of
from streams.state_table import StateTable, state_table

CHANGELOG = TP("changelog", 1)


@pytest.fixture
def table(tmp_path: Path) -> StateTable:
    app = faust.App("test", datadir=str(tmp_path), store="rocksdb://", topic_partitions=2)
    return state_table(app, "states")


def record(offset: int, key: bytes, state: State | bytes) -> Any:
    value = state.pack() if isinstance(state, State) else state
    message = SimpleNamespace(tp=CHANGELOG, partition=CHANGELOG.partition, offset=offset, key=key, value=value)
    return SimpleNamespace(message=message)


def stored(table: StateTable, key: bytes) -> State:
    return State.unpack(table.data._db_for_partition(CHANGELOG.partition).get(key))


def test_a_state_that_arrived_late_is_left_out_within_a_batch_and_after_it(table: StateTable) -> None:
    late, newest = State(3, b"late"), State(9, b"newest")
    table.apply_changelog_batch([record(0, b"a", late), record(1, b"a", newest), record(2, b"a", late)])
    table.apply_changelog_batch([record(3, b"a", late), record(4, b"b", late)])
    assert (stored(table, b"a"), stored(table, b"b")) == (newest, late)
    assert table.data.persisted_offset(CHANGELOG) == 4


def test_the_same_count_again_is_taken_up_as_it_comes(table: StateTable) -> None:
    table.apply_changelog_batch([record(0, b"a", State(3, b"x")), record(1, b"a", State(3, b"y"))])
    assert stored(table, b"a") == State(3, b"y")


def test_states_of_a_time_before_there_were_counts_are_read_and_give_way(table: StateTable) -> None:
    table.apply_changelog_batch([record(0, b"a", b"old bytes"), record(1, b"a", b"newer bytes")])
    assert stored(table, b"a") == State(0, b"newer bytes")
    table.apply_changelog_batch([record(2, b"a", State(1, b"counted")), record(3, b"a", b"old bytes")])
    assert stored(table, b"a") == State(1, b"counted")


def test_recovery_starts_in_front_of_what_another_process_wrote(table: StateTable) -> None:
    """Records 2 and 3 are not ours: the local store has not seen them."""
    for offset in (0, 1, 4, 5):
        table.data.keep(CHANGELOG, offset, b"a", State(offset + 1, b"ours").pack())
    assert table.data.persisted_offset(CHANGELOG) == 1
    table.apply_changelog_batch([record(offset, b"a", State(offset + 1, b"theirs")) for offset in range(2, 8)])
    assert stored(table, b"a") == State(8, b"theirs")
    table.data.keep(CHANGELOG, 8, b"a", State(9, b"ours").pack())
    assert table.data.persisted_offset(CHANGELOG) == 8


def test_a_process_that_starts_in_the_middle_of_a_changelog_does_not_claim_its_beginning(table: StateTable) -> None:
    table.data.keep(CHANGELOG, 7, b"a", State(1, b"ours").pack())
    assert table.data.persisted_offset(CHANGELOG) is None


@given(messages=st.integers(0, 2**64 - 1), data=st.binary(max_size=64))
def test_a_state_comes_back_as_it_was(messages: int, data: bytes) -> None:
    state = State(messages, data)
    assert State.unpack(state.pack()) == state
    assert messages_of(state.pack()) == messages


@given(data=st.binary(max_size=64).filter(lambda data: not data.startswith(b"coag")))
def test_bytes_without_a_count_are_the_data(data: bytes) -> None:
    assert State.unpack(data) == State(0, data)
