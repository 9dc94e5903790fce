"""Like with like: rows after a change beside the rows of their own category before it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

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


class Ranks(NamedTuple):
    """Of a pair's rows: `level` numbers the distinct values of each category in ascending order, through all
    categories, of shape (before,) and (after,). `below` and `upto` count for each row after the rows before of its
    category that are smaller, and not greater.
    """

    level_before: Codes
    level_after: Codes
    below: Codes
    upto: Codes


@dataclass(frozen=True)
class Pair:
    """Rows before and after in the categories that both sides have, which are numbered from 0 on. `unlike` is the
    share of the rows after that no row before can be compared with; they are left out.
    """

    before: Values
    after: Values
    unlike: float

    @classmethod
    def of(cls, before: Values, after: Values) -> Self:
        """Keeps the rows of common categories."""
        codes = 1 + max(int(before.category.max(initial=-1)), int(after.category.max(initial=-1)))
        common = _seen(before.category, codes) & _seen(after.category, codes)
        number = np.cumsum(common) - 1
        old, new = common[before.category], common[after.category]
        unlike = 1 - float(new.mean()) if len(after) else 0.0
        was, now = (
            Values(before.x[old], number[before.category[old]]),
            Values(after.x[new], number[after.category[new]]),
        )
        return cls(was, now, unlike)

    @property
    def comparable(self) -> bool:
        """Whether there is any row to compare."""
        return len(self.after) > 0

    @cached_property
    def categories(self) -> int:
        """How many both sides have."""
        return int(self.before.category.max(initial=-1)) + 1

    @cached_property
    def rows_before(self) -> Codes:
        """Of each category, shape (categories,)."""
        return np.bincount(self.before.category, minlength=self.categories)

    @cached_property
    def rows_after(self) -> Codes:
        """Of each category, shape (categories,)."""
        return np.bincount(self.after.category, minlength=self.categories)

    @cached_property
    def ranks(self) -> Ranks:
        """One sort serves every comparison of ranks."""
        rows = len(self.before)
        x = np.concatenate([self.before.x, self.after.x])
        category = np.concatenate([self.before.category, self.after.category])
        order = np.lexsort((x, category))
        new = np.empty(len(x), np.int64)
        new[:1] = 0
        ordered, group = x[order], category[order]
        new[1:] = (ordered[1:] != ordered[:-1]) | (group[1:] != group[:-1])
        level = np.empty(len(x), np.int64)
        level[order] = np.cumsum(new)
        heaped = np.concatenate([[0], np.cumsum(np.bincount(level[:rows], minlength=int(level.max(initial=0)) + 1))])
        after, first = level[rows:], (np.cumsum(self.rows_before) - self.rows_before)[self.after.category]
        return Ranks(level[:rows], after, heaped[after] - first, heaped[after + 1] - first)

    @cached_property
    def placements(self) -> Floats:
        """Where each row after stands among the rows before of its category: -1 below all, 1 above all; (after,)."""
        below, upto = self.ranks.below, self.ranks.upto
        return np.asarray((below + upto) / self.rows_before[self.after.category] - 1, np.float64)

    @cached_property
    def weights(self) -> Floats:
        """What each row before counts so that its side has the mix of categories after; shape (before,), sum 1."""
        shares = self.rows_after / len(self.after)
        return np.asarray((shares / self.rows_before)[self.before.category], dtype=np.float64)

    @property
    def before_size(self) -> float:
        """How many rows of one category the rows before are worth under those weights (Kish's effective size)."""
        return float(1 / np.sum(self.weights**2))


def _seen(codes: Codes, count: int) -> NDArray[np.bool_]:
    return np.bincount(codes, minlength=count) > 0
