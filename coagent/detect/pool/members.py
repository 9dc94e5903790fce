"""The segments of a pool: what was seen of each, so that every row counts once."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.pool.cells import CELLS
from coagent.detect.signals import PLACE_OF
from coagent.domain.evidence import Evidence
from coagent.domain.segment import Segment

MOST = 2048
"""Segments that are remembered; the one heard of longest ago makes room, and begins anew when it comes back."""
BLOCK = 64

Carried = dict[int, NDArray[np.int32]]
"""By signal: what each member brought since its evidence began to rise, shape (members, CELLS)."""


class Seen(msgspec.Struct, array_like=True):
    """Of one member: its life and last row so far, the reference's size, when it was heard of (the pool's row), since
    which row of its own it carries anything, and the signals it had an own alarm of meanwhile, a bit each.
    """

    began_s: float
    last: int
    time_s: float
    reference_rows: int
    heard: int
    since: int = -1
    own: int = 0


class Members:
    """In the order of their places."""

    def __init__(self, keys: list[bytes] | None = None, seen: list[Seen] | None = None, forgotten: int = 0) -> None:
        self.keys = keys or []
        self.seen = seen or []
        self.forgotten = forgotten
        self.places = {key: place for place, key in enumerate(self.keys)}

    def __len__(self) -> int:
        return len(self.keys)

    def segment(self, place: int) -> Segment:
        return Segment.from_key(self.keys[place])

    def take(self, evidence: Evidence, heard: int, carried: Carried) -> int | None:
        """The member's place, or None where these rows were seen before."""
        key = evidence.segment.key()
        place = self.places.get(key)
        if place is None:
            place = self._enter(key, evidence, carried)
        seen = self.seen[place]
        if seen.began_s == evidence.began_s and evidence.last.ordinal <= seen.last:
            return None
        seen.began_s, seen.last, seen.heard = evidence.began_s, evidence.last.ordinal, heard
        seen.time_s, seen.reference_rows = evidence.last.time.timestamp(), evidence.reference_rows
        for signal in evidence.alarmed:
            seen.own |= 1 << PLACE_OF[signal]
        return place

    def _enter(self, key: bytes, evidence: Evidence, carried: Carried) -> int:
        fresh = Seen(evidence.began_s, -1, 0.0, 0, 0)
        if len(self.keys) < MOST:
            self.keys.append(key)
            self.seen.append(fresh)
            self.places[key] = len(self.keys) - 1
            return len(self.keys) - 1
        place = min(range(MOST), key=lambda at: self.seen[at].heard)
        del self.places[self.keys[place]]
        self.keys[place], self.seen[place], self.places[key] = key, fresh, place
        self.forgotten += 1
        for counts in carried.values():
            counts[place : place + 1] = 0
        return place

    def settle(self, *, nothing_carried: bool) -> None:
        """Where nothing is carried any more, nobody carries anything."""
        if nothing_carried:
            for seen in self.seen:
                seen.since, seen.own = -1, 0

    def own(self, signal: int) -> NDArray[np.bool_]:
        """Who had an alarm of its own of this signal, shape (members,)."""
        return np.array([bool(seen.own >> signal & 1) for seen in self.seen], np.bool_)


def carry(carried: Carried, signal: int, place: int, cells: NDArray[np.int64]) -> None:
    """Adds what a member brought."""
    counts = carried[signal]
    if place >= len(counts):
        counts = carried[signal] = np.pad(counts, ((0, max(place + 1 - len(counts), BLOCK)), (0, 0)))
    counts[place] += cells


def nothing_yet() -> NDArray[np.int32]:
    return np.zeros((0, CELLS), np.int32)
