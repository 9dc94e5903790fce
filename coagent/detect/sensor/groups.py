"""Groups of like requests: of one task and tenant, with the same parameters. Only what the client decides counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import GRID_RATIO, MOST_GROUPS, NAMED_GROUPS

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

UNSAID = -(2**40)
"""Stands for a parameter that a request does not name."""
LIMIT_STEP = float(np.log(GRID_RATIO))
TENTHS = 10.0

Key = tuple[str | None, str | None, int, int, int, bool]


class Described(NamedTuple):
    """What requests are grouped by, a row each. Codes count into the names, -1 unknown; NaN is unknown too."""

    tasks: Sequence[str]
    task_codes: NDArray[np.int32]
    tenants: Sequence[str]
    tenant_codes: NDArray[np.int32]
    max_tokens: Floats
    stream: Floats
    temperature: Floats
    by_chars: NDArray[np.bool_]


OTHER: Key = (None, None, UNSAID, UNSAID, UNSAID, False)


@dataclass(slots=True)
class Groups:
    """Bounded: a newcomer beyond NAMED_GROUPS is grouped without its tenant, beyond MOST_GROUPS with all others."""

    keys: list[Key] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, rows: Described) -> Codes:
        """Group of each row; new groups are numbered in the order of their first rows."""
        table = np.stack(
            [
                rows.task_codes,
                rows.tenant_codes,
                _whole(np.log(np.where(rows.max_tokens > 0, rows.max_tokens, np.nan)) / LIMIT_STEP),
                _whole(rows.stream),
                _whole(rows.temperature * TENTHS),
                rows.by_chars,
            ],
            axis=1,
        ).astype(np.int64)
        first, kinds = _kinds(table)
        found, places = np.empty(len(first), np.int64), {key: place for place, key in enumerate(self.keys)}
        for kind in np.argsort(first):
            found[kind] = self._group(_key(table[first[kind]].tolist(), rows), places)
        return found[kinds]

    def _group(self, key: Key, places: dict[Key, int]) -> int:
        thinner = (key[0], None, *key[2:])
        for one in (key, thinner, OTHER):
            if one in places:
                return places[one]
            room = NAMED_GROUPS if one is key else MOST_GROUPS - 1 if one is thinner else MOST_GROUPS
            if len(self.keys) < room:
                places[one] = len(self.keys)
                self.keys.append(one)
                return places[one]
        raise AssertionError("the last group takes everybody")  # pragma: no cover


def _kinds(table: Codes) -> tuple[Codes, Codes]:
    """The first row of each kind, and each row's kind: the same for equal rows."""
    if (table[:1] == table).all():
        return np.arange(min(len(table), 1)), np.zeros(len(table), np.int64)
    varying = [column for column in table.T if (column != column[0]).any()]
    order = np.lexsort(varying)
    sorted_rows = np.stack(varying)[:, order]
    begins = np.append(True, (sorted_rows[:, 1:] != sorted_rows[:, :-1]).any(axis=0))
    kinds = np.empty(len(order), np.int64)
    kinds[order] = np.cumsum(begins) - 1
    return order[begins], kinds


def _whole(values: Floats) -> Codes:
    return np.where(np.isnan(values), UNSAID, np.rint(values)).astype(np.int64)


def _key(codes: list[int], rows: Described) -> Key:
    task, tenant, limit, stream, heat, by_chars = codes
    names = (rows.tasks[task] if task >= 0 else None), (rows.tenants[tenant] if tenant >= 0 else None)
    return *names, limit, stream, heat, bool(by_chars)
