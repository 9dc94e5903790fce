"""Rows grouped by the minute they started in."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Floats

Scalar = TypeVar("Scalar", bound=np.generic)

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class ByMinute:
    """`minutes`: epoch minutes, shape (minutes,), ascending. `order`: rows by minute, then as they came; None where
    they came so. `bounds`: where each minute's rows begin in that order, and the end, shape (minutes + 1,).
    """

    minutes: NDArray[np.int64]
    order: NDArray[np.int64] | None
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, time_s: Floats) -> Self:
        """Groups at least one row."""
        minute = np.floor_divide(time_s, MINUTE_S).astype(np.int64)
        order = None if np.all(minute[1:] >= minute[:-1]) else np.argsort(minute, kind="stable")
        ordered = minute if order is None else minute[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
        return cls(ordered[starts], order, np.append(starts, len(ordered)))

    def sort(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """Rows (the last axis) in the order of their minutes."""
        return values if self.order is None else values[..., self.order]

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Shape (..., rows) to (..., minutes)."""
        return np.add.reduceat(self.sort(values), self.bounds[:-1], axis=-1)

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The row of each minute that came first, shape (minutes,)."""
        starts = self.bounds[:-1]
        return starts if self.order is None else self.order[starts]

    def slices(self) -> list[slice]:
        """Where each minute's rows are among the sorted ones."""
        return [slice(start, end) for start, end in pairwise(self.bounds.tolist())]
