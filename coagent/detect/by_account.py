"""Rows of a stream grouped by account (task and tenant) and the minute they started in."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Columns

Scalar = TypeVar("Scalar", bound=np.generic)

MINUTE_S = 60


class Place(NamedTuple):
    """What one rollup is about. `minute` counts from the epoch."""

    task: str | None
    tenant: str | None
    minute: int


@dataclass(frozen=True, slots=True)
class ByAccount:
    """`places`: of each group, in no particular order but the same for the same rows. `order`: rows by group, then as
    they came; None where they came so. `bounds`: where each group's rows begin in that order, and the end.
    """

    places: list[Place]
    order: NDArray[np.int64] | None
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """Groups at least one row."""
        tasks, task_codes = columns.text("task")
        tenants, tenant_codes = columns.text("tenant")
        minutes = np.floor_divide(columns.number("time_s"), MINUTE_S).astype(np.int64)
        accounts = (task_codes.astype(np.int64) + 1) * (len(tenants) + 1) + tenant_codes + 1
        order = None if _is_sorted(minutes, accounts) else np.lexsort((accounts, minutes))
        keys = np.stack([minutes, accounts])[:, slice(None) if order is None else order]
        starts = np.flatnonzero(np.concatenate([[True], (np.diff(keys) != 0).any(axis=0)]))
        rows = starts if order is None else order[starts]
        places = [
            Place(_named(tasks, task), _named(tenants, tenant), minute)
            for task, tenant, minute in zip(
                task_codes[rows].tolist(), tenant_codes[rows].tolist(), minutes[rows].tolist(), strict=True
            )
        ]
        return cls(places, order, np.append(starts, columns.rows))

    def sort(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """Rows (the last axis) in the order of their groups."""
        return values if self.order is None else values[..., self.order]

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Shape (..., rows) to (..., groups)."""
        return np.add.reduceat(self.sort(values), self.bounds[:-1], axis=-1)

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The row of each group that came first, shape (groups,)."""
        starts = self.bounds[:-1]
        return starts if self.order is None else self.order[starts]

    def slices(self) -> list[slice]:
        """Where each group's rows are among the sorted ones."""
        return [slice(start, end) for start, end in pairwise(self.bounds.tolist())]


def _is_sorted(minutes: NDArray[np.int64], accounts: NDArray[np.int64]) -> bool:
    later = minutes[1:] > minutes[:-1]
    return bool((later | ((minutes[1:] == minutes[:-1]) & (accounts[1:] >= accounts[:-1]))).all())


def _named(names: list[str], code: int) -> str | None:
    return names[code] if code >= 0 else None
