"""Strata by length within each group of requests, from lengths alone, and the category of each row that follows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import MOST_CATEGORIES, MOST_STRATA, ROWS_A_STRATUM
from coagent.detect.sensor.jit import compiled

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(slots=True)
class Plan:
    """One way to cut a stream into categories. `kind`: what is compared (BY_INPUT, BY_OUTPUT, BY_GROUP). `edges`: upper
    bounds of all strata of a group but the last, infinite where it has fewer, shape (groups, MOST_STRATA - 1);
    `first`: category of each group's first stratum.
    """

    kind: int
    edges: Floats = field(default_factory=lambda: np.empty((0, MOST_STRATA - 1)))
    first: Longs = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def groups(self) -> int:
        return len(self.first)

    def with_group(self, category: int) -> "Plan":
        """One more group, in one stratum."""
        one = np.full((1, MOST_STRATA - 1), np.inf)
        return Plan(self.kind, np.concatenate([self.edges, one]), np.append(self.first, category))

    def categories(self, groups: Longs, lengths: Floats) -> Longs:
        """Of each row."""
        return _categories(groups, lengths, self.edges, self.first)

    def strata(self, group: int) -> int:
        return 1 + int(np.isfinite(self.edges[group]).sum())


@compiled
def _categories(groups: Longs, lengths: Floats, edges: Floats, first: Longs) -> Longs:
    """An unknown length is in the first stratum."""
    found = np.empty(len(groups), np.int64)
    for j in range(len(groups)):
        stratum = 0
        for edge in edges[groups[j]]:
            stratum += lengths[j] > edge
        found[j] = first[groups[j]] + stratum
    return found


def most_strata(groups: int) -> int:
    """Of each of so many groups."""
    return min(MOST_STRATA, max(MOST_CATEGORIES // max(groups, 1), 1))


def equal_shares(lengths: Floats, groups: int) -> Floats:
    """Edges that cut these lengths, NaN unknown, into strata of equal shares; shape (MOST_STRATA - 1,), padded."""
    known = lengths[np.isfinite(lengths)]
    strata, padded = min(len(known) // ROWS_A_STRATUM, most_strata(groups)), np.full(MOST_STRATA - 1, np.inf)
    if strata > 1:
        edges = np.unique(_quantiles(np.sort(known), np.arange(1, strata) / strata))
        padded[: len(edges)] = edges
    return padded


def _quantiles(ordered: Floats, shares: Floats) -> Floats:
    """As `np.quantile` has them to the last bit, in a tenth of its time."""
    places = shares * (len(ordered) - 1)
    below = places.astype(np.int64)
    low, high, rest = ordered[below], ordered[below + 1], places - below
    between = high - low
    found: Floats = np.where(rest >= 0.5, high - between * (1 - rest), low + between * rest)  # noqa: PLR2004
    return found
