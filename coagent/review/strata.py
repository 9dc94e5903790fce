"""How a day's budget is spread over its requests: strata, and how many are drawn of each. Labels play no part in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import sqrt

from coagent.domain.review import Cell, Reason

SHARES: Mapping[Reason, float] = {
    "random": 0.40,
    "shift": 0.20,
    "expensive": 0.12,
    "low_score": 0.10,
    "low_confidence": 0.10,
    "cascaded": 0.08,
}
"""Of a budget, where all reasons occur. Convention: most days most requests are `random`, and their sample carries the
success rate; the others find what is wrong.
"""
LEAST = 2
"""Draws of a stratum: one alone says nothing of how its requests differ."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cells that are drawn from together."""

    cells: tuple[Cell, ...]
    requests: int

    @property
    def name(self) -> str:
        """The cell's stream and reason; of several, of the first and how many more."""
        first, more = self.cells[0], len(self.cells) - 1
        return f"{first.stream_id}/{first.reason}" + (f"+{more}" if more else "")

    @property
    def reasons(self) -> frozenset[Reason]:
        return frozenset(cell.reason for cell in self.cells)


def strata(requests: Mapping[Cell, int], draws: int) -> list[Stratum]:
    """One a cell while that leaves `LEAST` draws for each; else the smallest are put together, those of one reason
    first.
    """
    found = [Stratum((cell,), count) for cell, count in sorted(requests.items()) if count]
    while len(found) > max(1, draws // LEAST):
        found = _without_smallest(found)
    return found


def _without_smallest(found: Sequence[Stratum]) -> list[Stratum]:
    smallest, *rest = sorted(found, key=lambda one: (one.requests, one.cells))
    place = next((at for at, one in enumerate(rest) if one.reasons == smallest.reasons), 0)
    other = rest[place]
    both = Stratum(tuple(sorted(smallest.cells + other.cells)), smallest.requests + other.requests)
    return [*rest[:place], both, *rest[place + 1 :]]


def allocation(found: Sequence[Stratum], draws: int) -> list[int]:
    """How many of each: first `LEAST`, then by the share of the reason and the root of the size (between equal numbers,
    which serve each stratum, and proportional ones, which serve the whole), never more than there are.
    """
    weights, given = _weights(found), [0] * len(found)
    due = [_due(weight, 0, place) for place, weight in enumerate(weights)]
    heapify(due)
    left = draws
    while due and left:
        place = heappop(due)[-1]
        given[place] += 1
        left -= 1
        if given[place] < found[place].requests:
            heappush(due, _due(weights[place], given[place], place))
    return given


def _due(weight: float, given: int, place: int) -> tuple[bool, float, int]:
    """The smallest is next."""
    return given >= LEAST, -weight / (given + 1), place


def _weights(found: Sequence[Stratum]) -> list[float]:
    roots = {reason: sum(sqrt(one.requests) for one in found if reason in one.reasons) for reason in SHARES}
    return [sum(SHARES[reason] / roots[reason] for reason in one.reasons) * sqrt(one.requests) for one in found]
