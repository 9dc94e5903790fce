"""Like with like: rows after a change beside the rows of their own category before it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.domain.candidate import Sample

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Values:
    """Known values of one signal in row order and the category of each row, both of shape (rows,)."""

    x: Floats
    category: Codes

    @classmethod
    def of(cls, sample: Sample) -> Self:
        return cls(np.frombuffer(sample.values, "<f8"), np.frombuffer(sample.categories, "<u2").astype(np.int64))

    def __len__(self) -> int:
        return len(self.x)

    def __add__(self, later: "Values") -> "Values":
        """These rows, then the later ones."""
        return Values(np.concatenate([self.x, later.x]), np.concatenate([self.category, later.category]))

    def pooled(self) -> "Values":
        """The same rows in one category."""
        return Values(self.x, np.zeros_like(self.category))

    def take(self, rows: NDArray[np.bool_]) -> "Values":
        return Values(self.x[rows], self.category[rows])


@dataclass(frozen=True)
class Pair:
    """Rows before and after in the categories that both sides have. `unlike` is the share of the rows after that no
    row before can be compared with; they are left out.
    """

    before: Values
    after: Values
    unlike: float

    @classmethod
    def of(cls, before: Values, after: Values) -> Self:
        """Keeps the rows of common categories."""
        common = np.intersect1d(before.category, after.category)
        kept = np.isin(after.category, common)
        unlike = 1 - float(kept.mean()) if len(after) else 0.0
        return cls(before.take(np.isin(before.category, common)), after.take(kept), unlike)

    @property
    def comparable(self) -> bool:
        """Whether there is any row to compare."""
        return len(self.after) > 0

    @cached_property
    def strata(self) -> list[tuple[Floats, Floats]]:
        """(before, after) of each common category, ascending by category."""
        return [
            (self.before.x[self.before.category == code], self.after.x[self.after.category == code])
            for code in np.unique(self.after.category)
        ]

    @cached_property
    def weights(self) -> Floats:
        """What each row before counts so that its side has the mix of categories after; shape (before,), sum 1."""
        codes, place = np.unique(self.before.category, return_inverse=True)
        rows = np.bincount(place)
        shares = np.array([(self.after.category == code).mean() for code in codes])
        return np.asarray((shares / rows)[place], dtype=np.float64)

    @property
    def before_size(self) -> float:
        """How many rows of one category the rows before are worth under those weights (Kish's effective size)."""
        return float(1 / np.sum(self.weights**2))
