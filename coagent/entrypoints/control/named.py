"""Shifts by what people type: an id, any unique beginning of one, or `last`."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.entrypoints.terminal.wording import plain

LAST = "last"
MOST_NAMED = 5
LOOKED_THROUGH = 500
"""Ids among which near ones are sought, newest first."""


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def segment(self) -> Segment: ...


N = TypeVar("N", bound=Named)


def only(found: Sequence[N], wanted: str) -> N | None:
    """The one that is meant, None where there is none; raises Fatal where there are several."""
    exact = [one for one in found if one.id == wanted]
    if len(exact or found) <= 1:
        return next(iter(exact or found), None)
    known = ", ".join(f"{plain(one.id)} ({plain(one.segment.label)})" for one in found[:MOST_NAMED])
    raise Fatal(f"several shifts start with {plain(wanted)!r}; name one of {known}, or `last`")


def unknown(wanted: str, ids: Sequence[str], what: str = "shift") -> Fatal:
    """With the nearest ids; `ids`: newest first."""
    if not ids:
        return Fatal("there is no shift: nothing changed, or nothing was read yet")
    near = ", ".join(map(plain, nearest(wanted, ids)))
    return Fatal(f"no {what} starts with {plain(wanted)!r}; the nearest: {near}, or `last`; `coagent shifts` lists all")


def nearest(wanted: str, ids: Sequence[str], most: int = 3) -> list[str]:
    """Those that begin most like it, the likest first.

    >>> nearest("5da3x", ["ff01ab", "5da32f4e", "5aa3ff"], 1)
    ['5da32f4e']
    """
    return sorted(ids, key=lambda one: -SequenceMatcher(None, wanted, one[: len(wanted)]).ratio())[:most]
