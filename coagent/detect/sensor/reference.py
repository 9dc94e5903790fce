"""How often each place on the grid was met, by signal and category: the rows that a rank is taken among."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import BINS, COARSE, MOST_STRATA
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.sensed import COUNT

Counts = NDArray[np.int32]


class Reference(NamedTuple):
    """`counts`: shape (signals, categories, BINS); `coarse`: sums of COARSE places each; `totals`: of all places."""

    counts: Counts
    coarse: Counts
    totals: Counts


class Ranks(NamedTuple):
    """Conformal ranks in (0, 1): of the value, and of the value moved down and up by the dead band."""

    plain: float
    lower: float
    upper: float


def no_reference(categories: int = MOST_STRATA) -> Reference:
    return summed(np.zeros((COUNT, categories, BINS), np.int32))


def summed(counts: Counts) -> Reference:
    coarse = _coarse(np.ascontiguousarray(counts))
    return Reference(counts, coarse, coarse.sum(axis=2, dtype=np.int32))


@compiled
def _coarse(counts: Counts) -> Counts:
    signals, categories, _ = counts.shape
    found = np.zeros((signals, categories, BINS // COARSE), np.int32)
    for s in range(signals):
        for category in range(categories):
            for place in range(BINS):
                found[s, category, place // COARSE] += counts[s, category, place]
    return found


def with_room(reference: Reference, categories: int) -> Reference:
    """The same with at least so many categories, new ones empty; MOST_STRATA at a time, as a group needs no more."""
    held = reference.totals.shape[1]
    if categories <= held:
        return reference
    more = -(-max(categories, held * 3 // 2) // MOST_STRATA) * MOST_STRATA - held
    met = np.flatnonzero(reference.totals.any(axis=0))
    return Reference._make([_with_more(part, more, met) for part in reference])


def _with_more(part: Counts, more: int, met: NDArray[np.int64]) -> Counts:
    """Only what was `met` is written: pages that nobody has written to take no memory."""
    signals, held, *places = part.shape
    found = np.zeros((signals, held + more, *places), np.int32)
    found[:, met] = part[:, met]
    return found


@inlined
def reference_of(reference: Reference, s: int) -> Reference:
    """Of one signal: without the first axis."""
    return Reference(reference.counts[s], reference.coarse[s], reference.totals[s])


@inlined
def add(reference: Reference, category: int, place: int, count: int) -> None:
    reference.counts[category, place] += count
    reference.coarse[category, place // COARSE] += count
    reference.totals[category] += count


@compiled
def _between(counts: Counts, category: int, first: int, last: int) -> int:
    """Rows at places `first` to `last` - 1."""
    found = 0
    for k in range(np.uint64(first), np.uint64(last)):
        found += counts[category, k]
    return found


@compiled
def ranks(reference: Reference, category: int, place: int, steps: int, xi: float) -> Ranks:
    """Among the category's earlier rows; `xi`, uniform on (0, 1), breaks ties. Where rows are exchangeable, plain ranks
    are independent and uniform, whatever the distribution.
    """
    counts, group = reference.counts, place // COARSE
    size = reference.totals[category] + 1
    below = _between(reference.coarse, category, 0, group) + _between(counts, category, group * COARSE, place)
    plain = (below + xi * (counts[category, place] + 1)) / size
    if steps == 0:
        return Ranks(plain, plain, plain)
    down, up = max(place - steps, 0), min(place + steps, BINS - 1)
    at_down = counts[category, down] if place >= steps else 0
    at_up = counts[category, up] if place + steps < BINS else 0
    lower = (below - _between(counts, category, down, place) + xi * (at_down + 1)) / size
    to_up = below + _between(counts, category, place, up + 1) - at_up
    return Ranks(plain, lower, (to_up + xi * (at_up + 1)) / size)
