"""Rows of a stream grouped by account (task and tenant), the minute they started in and their service tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.domain.service_tier import counted_tier

Scalar = TypeVar("Scalar", bound=np.generic)

MINUTE_S = 60


class Place(NamedTuple):
    """What one rollup is about. `minute` counts from the epoch; `tier`: None where no row says it."""

    task: str | None
    tenant: str | None
    minute: int
    tier: str | None = None


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
        """Groups at least one row. One that says no tier, as most failed ones, joins the others of its account and
        minute where these have one tier alone.
        """
        tasks, task_codes = columns.text("task")
        tenants, tenant_codes = columns.text("tenant")
        minutes = np.floor_divide(columns.number("time_s"), MINUTE_S).astype(np.int64)
        accounts = (task_codes.astype(np.int64) + 1) * (len(tenants) + 1) + tenant_codes + 1
        order, starts = _groups(minutes, accounts)
        tiers, tier_codes = _tiers(columns)
        if tiers:
            tier_codes, are_mixed = _filled(tier_codes, order, starts)
            if are_mixed:
                order, starts = _groups(minutes, accounts * (len(tiers) + 1) + tier_codes + 1)
        rows = starts if order is None else order[starts]
        places = [
            Place(_named(tasks, task), _named(tenants, tenant), minute, _named(tiers, tier))
            for task, tenant, minute, tier in zip(
                *(codes[rows].tolist() for codes in (task_codes, tenant_codes, minutes, tier_codes)), strict=True
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
    def rows(self) -> NDArray[np.int64]:
        """All of them in the order of their groups."""
        return np.arange(self.bounds[-1]) if self.order is None else self.order

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The row of each group that came first, shape (groups,)."""
        starts = self.bounds[:-1]
        return starts if self.order is None else self.order[starts]

    @property
    def last_rows(self) -> NDArray[np.int64]:
        """The row of each group that came last, shape (groups,)."""
        ends = self.bounds[1:] - 1
        return ends if self.order is None else self.order[ends]

    def slices(self) -> list[slice]:
        """Where each group's rows are among the sorted ones."""
        return [slice(start, end) for start, end in pairwise(self.bounds.tolist())]


def one_after_the_other(parts: Sequence[ByAccount]) -> ByAccount:
    """Groups of the rows of several batches, one batch after the other: an account has groups in each of them."""
    if len(parts) == 1:
        return parts[0]
    starts = list(accumulate((int(part.bounds[-1]) for part in parts), initial=0))
    order = None
    if any(part.order is not None for part in parts):
        order = np.concatenate([part.rows + start for part, start in zip(parts, starts, strict=False)])
    bounds = [part.bounds[:-1] + start for part, start in zip(parts, starts, strict=False)]
    return ByAccount(
        [place for part in parts for place in part.places], order, np.append(np.concatenate(bounds), starts[-1])
    )


def _groups(
    minutes: NDArray[np.int64], accounts: NDArray[np.int64]
) -> tuple[NDArray[np.int64] | None, NDArray[np.intp]]:
    """Order of the rows, None where they come in it, and where each group begins in it."""
    if (accounts == accounts[0]).all() and (minutes == minutes[0]).all():
        return None, np.zeros(1, np.intp)
    order = None if _is_sorted(minutes, accounts) else np.lexsort((accounts, minutes))
    keys = np.stack([minutes, accounts])[:, slice(None) if order is None else order]
    return order, np.flatnonzero(np.concatenate([[True], (np.diff(keys) != 0).any(axis=0)]))


def _tiers(columns: Columns) -> tuple[list[str], NDArray[np.int64]]:
    """Names, and for each row an index into them or -1."""
    written, codes = columns.text("service_tier")
    named = [counted_tier(one) for one in written]
    if not named:
        return [], codes.astype(np.int64)
    tiers = sorted(set(named))
    return tiers, np.array([*(tiers.index(one) for one in named), -1], np.int64)[codes]


def _filled(
    codes: NDArray[np.int64], order: NDArray[np.int64] | None, starts: NDArray[np.intp]
) -> tuple[NDArray[np.int64], bool]:
    """Codes by row, unknown ones as the only known one of their group; whether a group has several."""
    ordered = codes if order is None else codes[order]
    highest = np.maximum.reduceat(ordered, starts)
    lowest = np.minimum.reduceat(np.where(ordered < 0, np.iinfo(np.int64).max, ordered), starts)
    sizes = np.diff(np.append(starts, len(codes)))
    alone = lowest >= highest
    filled = np.where((ordered < 0) & np.repeat(alone, sizes), np.repeat(highest, sizes), ordered)
    found = filled if order is None else np.empty_like(filled)
    if order is not None:
        found[order] = filled
    return found, bool((~alone).any())


def _is_sorted(minutes: NDArray[np.int64], accounts: NDArray[np.int64]) -> bool:
    later = minutes[1:] > minutes[:-1]
    return bool((later | ((minutes[1:] == minutes[:-1]) & (accounts[1:] >= accounts[:-1]))).all())


def _named(names: list[str], code: int) -> str | None:
    return names[code] if code >= 0 else None
