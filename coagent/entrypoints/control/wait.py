"""Waits until commands were answered: obeyed or refused."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from coagent.domain.explanation import Decision

LOOK_EVERY_S = 0.2


class Answers(Protocol):
    def of_ids(self, ids: Sequence[str]) -> dict[str, Decision]:
        """Those that are known by now; raises Transient."""
        ...


def answers(reader: Answers, ids: Sequence[str], wait_s: float) -> Mapping[str, Decision]:
    """What is known of them when all are answered, or the time is over. Raises Transient."""
    known: dict[str, Decision] = {}

    def all_answered() -> bool:
        known.update(reader.of_ids(ids))
        return all(name in known and (known[name].obeyed_at or known[name].refused) for name in ids)

    until(all_answered, wait_s)
    return known


def until(happened: Callable[[], bool], wait_s: float) -> bool:
    """Whether it happened in time."""
    deadline = time.monotonic() + wait_s
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def no_answer(known: Decision | None, wait_s: float) -> str:
    """Which process has not done its part yet."""
    missing = (
        "the sink has not read it: is `coagent sink` running, or `coagent up`?"
        if known is None
        else "the worker has not answered: is it running, and is it behind? (`coagent doctor`)"
    )
    return f"sent, but no answer within {wait_s:g} s: {missing} It takes effect as soon as it is read"
