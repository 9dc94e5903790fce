"""Copies of states in Postgres: a late one never takes the place of a newer one."""

from sqlalchemy import Engine, text

from coagent.adapters.postgres.state_checkpoints import StateCheckpoints
from coagent.domain.state_checkpoint import StateCheckpoint


def copy(messages: int, state: bytes, key: bytes = b"\x00key", cluster: str = "c") -> StateCheckpoint:
    return StateCheckpoint("detect", key, cluster, messages, state)


def test_the_newest_of_each_key_is_read_back(postgres_engine: Engine):
    store = StateCheckpoints(postgres_engine)
    store.write([copy(1, b"\x00\xff"), copy(5, b"other", b"k2")])
    store.write([copy(2, b"newer", cluster="d"), copy(4, b"late", b"k2")])
    assert sorted(store.read(), key=lambda one: one.key) == [
        copy(2, b"newer", cluster="d"),
        copy(5, b"other", b"k2"),
    ]


def test_what_nothing_was_added_to_for_a_quarter_is_forgotten(postgres_engine: Engine):
    store = StateCheckpoints(postgres_engine)
    store.write([copy(1, b"old"), copy(1, b"new", b"k2")])
    with postgres_engine.begin() as connection:
        aged = "UPDATE coagent.state_checkpoints SET updated_at = now() - interval '91 days' WHERE state = 'old'"
        connection.execute(text(aged))
    assert store.read() == [copy(1, b"new", b"k2")]
