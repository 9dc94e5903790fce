from collections.abc import Iterator
from threading import Event

import pytest

from coagent.adapters.kafka.sessions import run_sessions
from coagent.domain.errors import Fatal, Transient


class Scripted:
    """Sessions that end as reported; the last one ends everything."""

    def __init__(self, stop: Event, endings: Iterator[Exception]) -> None:
        self.stop = stop
        self.endings = endings
        self.opened = 0

    def open(self) -> "Scripted":
        self.opened += 1
        return self

    def run(self, stop: Event) -> None:
        for ending in self.endings:
            raise ending
        stop.set()


def test_what_passes_is_tried_again() -> None:
    stop = Event()
    script = Scripted(stop, iter([Transient("away"), Transient("still away")]))
    run_sessions(script.open, stop)
    assert script.opened == 3


def test_what_does_not_pass_ends_the_process() -> None:
    stop = Event()
    script = Scripted(stop, iter([Fatal("wrong partitions")]))
    with pytest.raises(Fatal, match="wrong partitions"):
        run_sessions(script.open, stop)


def test_a_stop_while_waiting_ends_it_at_once() -> None:
    stop = Event()

    class StopsAndFails:
        def run(self, stop: Event) -> None:
            stop.set()
            raise Transient("away")

    run_sessions(StopsAndFails, stop)
    assert stop.is_set()


def test_nothing_is_opened_after_the_stop() -> None:
    stop = Event()
    stop.set()
    script = Scripted(stop, iter([]))
    run_sessions(script.open, stop)
    assert script.opened == 0
