"""Rows of one stream become the columns of a batch; only columns in which something is known are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from coagent.ingest.columns.distinct_texts import Ints, first_seen
from coagent.ingest.columns.table import Floats, Places, Table
from coagent.ingest.record import TEXT_WIDTH, Record

STREAM_WIDTH = 3
"""Texts that name the stream: provider, model, endpoint. Task and tenant are columns like the others."""
_TEXTS = Record.__struct_fields__[STREAM_WIDTH:TEXT_WIDTH]
_NUMBERS = ("time_s", *Record.__struct_fields__[TEXT_WIDTH + 1 :])

Scalar = TypeVar("Scalar", bound=np.generic)
Shares = Sequence[tuple[Table, Places]]
"""Tables, each with the places of the rows that are meant."""


def number_columns(shares: Shares) -> dict[str, Floats]:
    """Shape (rows,), NaN where unknown, named as in `coagent.domain.batch`."""
    columns = np.ascontiguousarray(_together([table.numbers[places] for table, places in shares]).T)
    known = ~np.isnan(columns).all(axis=1)
    return {_NUMBERS[place]: columns[place] for place in np.flatnonzero(known).tolist()}


def text_columns(shares: Shares) -> dict[str, TextColumn]:
    """Dictionary encoded in order of first appearance. Most batches know few of the columns."""
    parts = [_Encoded.of(table, places) for table, places in shares]
    there = np.flatnonzero(np.bitwise_or.reduce([part.counts for part in parts]))
    return {_TEXTS[column]: _joined([part.column(column) for part in parts]) for column in there.tolist()}


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A share's rows by text column, see `first_seen`; `values` are what codes stand for."""

    values: list[str]
    codes: Ints
    firsts: Ints
    counts: Ints

    @classmethod
    def of(cls, table: Table, places: Places) -> Self:
        return cls(table.values, *first_seen(table.codes, places, STREAM_WIDTH, len(table.values)))

    def column(self, place: int) -> tuple[list[str], Ints]:
        """Its values, and an index into them or -1 for each row."""
        return [self.values[code] for code in self.firsts[place, : self.counts[place]].tolist()], self.codes[place]


def _joined(parts: Sequence[tuple[list[str], Ints]]) -> TextColumn:
    """One column from several, in which the same value may have several codes."""
    values, codes = parts[0] if len(parts) == 1 else _appended(parts)
    distinct = dict.fromkeys(values)
    if len(distinct) < len(values):
        places = dict(zip(distinct, range(len(distinct)), strict=True))
        codes = np.array([*map(places.__getitem__, values), -1])[codes]  # code -1 finds the -1 at the end
    return TextColumn(list(distinct), codes.astype("<i4", copy=False).tobytes())


def _appended(parts: Sequence[tuple[list[str], Ints]]) -> tuple[list[str], Ints]:
    values = [value for some, _ in parts for value in some]
    firsts = accumulate((len(some) for some, _ in parts), initial=0)
    codes = [np.where(part < 0, -1, part + first) for (_, part), first in zip(parts, firsts, strict=False)]
    return values, np.concatenate(codes)


def _together(parts: Sequence[NDArray[Scalar]]) -> NDArray[Scalar]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def batch_of(
    segment: Segment,
    source: Source,
    shares: Shares,
    numbers: Mapping[str, Floats],
    texts: dict[str, TextColumn],
) -> Batch:
    """The batch that travels, of at least one row."""
    offsets = _together([table.offsets[places] for table, places in shares])
    indexes = _together([table.indexes[places] for table, places in shares])
    return Batch(
        segment=segment,
        source=source,
        rows=len(offsets),
        first_offset=int(offsets[0]),
        last_offset=int(offsets[-1]),
        offsets=offsets.astype("<i8", copy=False).tobytes(),
        indexes=indexes.astype("<i4", copy=False).tobytes(),
        numbers={name: column.astype("<f8", copy=False).tobytes() for name, column in numbers.items()},
        texts=texts,
    )


def size_bytes(batch: Batch) -> int:
    """About what it takes when it travels: its columns and the texts of its rows."""
    texts = batch.texts.values()
    columns = [batch.offsets, batch.indexes, *batch.numbers.values(), *(text.codes for text in texts)]
    return sum(map(len, columns)) + sum(len("".join(text.values).encode()) for text in texts)
