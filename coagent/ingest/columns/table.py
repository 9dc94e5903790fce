"""Accepted records of one source, columnar: what is held until a batch goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.row import PlacedRow
from coagent.ingest.record import ROW_WIDTH, TEXT_WIDTH

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows ascending by source offset, then by index within the message.

    `codes`: shape (rows, texts), an index into `values` or -1; equal texts mostly, not always, have equal codes.
    `numbers`: shape (rows, numbers), NaN unknown. Both in the order of `Record`.
    """

    offsets: NDArray[np.int64]
    indexes: NDArray[np.int32]
    codes: NDArray[np.int32]
    numbers: Floats
    values: list[str]

    def __len__(self) -> int:
        return len(self.offsets)

    def rows(self, places: Places) -> "Table":
        """The table of some of its rows, in that order."""
        return Table(self.offsets[places], self.indexes[places], self.codes[places], self.numbers[places], self.values)


def table_of(rows: Sequence[PlacedRow]) -> Table:
    """The same from rows, one by one; column after column, for most columns of a chunk are unknown throughout."""
    values, offsets, indexes = zip(*rows, strict=True) if rows else ((), (), ())
    columns = list(zip(*values, strict=True)) or [()] * ROW_WIDTH
    places: dict[Any, int] = {None: -1}
    codes = np.empty((len(rows), TEXT_WIDTH), np.int32)
    for number, column in enumerate(columns[:TEXT_WIDTH]):
        codes[:, number] = _codes(column, places)
    numbers = np.empty((len(rows), ROW_WIDTH - TEXT_WIDTH))
    numbers[:, 0] = [_seconds(time) for time in columns[TEXT_WIDTH]]
    for number, column in enumerate(columns[TEXT_WIDTH + 1 :], 1):
        numbers[:, number] = np.nan if column.count(None) == len(column) else column
    del places[None]
    return Table(np.array(offsets, np.int64), np.array(indexes, np.int32), codes, numbers, list(places))


def _codes(column: Sequence[str | None], places: dict[Any, int]) -> Any:
    """The place of each text among all; those that are new get the next places."""
    distinct = set(column)
    for text in distinct:
        if text not in places:
            places[text] = len(places) - 1
    return places[column[0]] if len(distinct) == 1 else [*map(places.__getitem__, column)]


def merged(tables: Sequence[Table]) -> Table:
    """The rows of all, in their order."""
    whole = stacked(tables)
    return whole.rows(np.lexsort((whole.indexes, whole.offsets)))


def stacked(tables: Sequence[Table]) -> Table:
    """The rows of one table after those of the other."""
    first_codes = accumulate((len(table.values) for table in tables[:-1]), initial=0)
    codes = [
        np.where(table.codes < 0, -1, table.codes + first) for table, first in zip(tables, first_codes, strict=True)
    ]
    return Table(
        np.concatenate([table.offsets for table in tables]),
        np.concatenate([table.indexes for table in tables]),
        np.concatenate(codes).astype(np.int32, copy=False),
        np.concatenate([table.numbers for table in tables]),
        [value for table in tables for value in table.values],
    )


def _seconds(time: datetime | float) -> Any:
    return time if isinstance(time, float) else time.timestamp()
