"""Rows of one stream become the columns of a batch; only columns in which something is known are made."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from coagent.ingest.columns.distinct_texts import first_seen
from coagent.ingest.columns.table import Floats, Places, Table
from coagent.ingest.record import TEXT_WIDTH, Record

STREAM_WIDTH = 3
"""Texts that name the stream: provider, model, endpoint. Task and tenant are columns like the others."""
_TEXTS = Record.__struct_fields__[STREAM_WIDTH:TEXT_WIDTH]
_NUMBERS = ("time_s", *Record.__struct_fields__[TEXT_WIDTH + 1 :])

Shares = Sequence[tuple[Table, Places]]
"""Tables, each with the places of the rows that are meant."""


def number_columns(shares: Shares) -> dict[str, Floats]:
    """Shape (rows,), NaN where unknown, named as in `coagent.domain.batch`."""
    rows = np.concatenate([table.numbers[places] for table, places in shares])
    columns = np.ascontiguousarray(rows.T)
    known = ~np.isnan(columns).all(axis=1)
    return {_NUMBERS[place]: columns[place] for place in np.flatnonzero(known).tolist()}


def text_columns(shares: Shares) -> dict[str, TextColumn]:
    """Dictionary encoded in order of first appearance."""
    parts = [_encoded(table, places) for table, places in shares]
    columns = {name: [part[place] for part in parts] for place, name in enumerate(_TEXTS)}
    return {name: _joined(column) for name, column in columns.items() if any(values for values, _ in column)}


_Encoded = tuple[list[str], NDArray[np.int32]]


def _encoded(table: Table, places: Places) -> list[_Encoded]:
    """For each text column its values and the codes of the rows."""
    codes, firsts, counts = first_seen(table.codes, places, STREAM_WIDTH, len(table.values))
    values = table.values
    return [
        ([values[code] for code in firsts[column, :count].tolist()], codes[column])
        for column, count in enumerate(counts.tolist())
    ]


def _joined(parts: Sequence[_Encoded]) -> TextColumn:
    """One column from several, in which the same value may have several codes."""
    values = [value for some, _ in parts for value in some]
    firsts = [0, *accumulate(len(some) for some, _ in parts)]
    codes = np.concatenate(
        [np.where(part < 0, -1, part + first) for (_, part), first in zip(parts, firsts, strict=False)]
    )
    distinct = dict.fromkeys(values)
    if len(distinct) < len(values):
        places = dict(zip(distinct, range(len(distinct)), strict=True))
        codes = np.array([*map(places.__getitem__, values), -1])[codes]  # code -1 finds the -1 at the end
    return TextColumn(list(distinct), codes.astype("<i4").tobytes())


def batch_of(
    segment: Segment,
    source: Source,
    shares: Shares,
    numbers: Mapping[str, Floats],
    texts: dict[str, TextColumn],
) -> Batch:
    """The batch that travels, of at least one row."""
    offsets = np.concatenate([table.offsets[places] for table, places in shares])
    indexes = np.concatenate([table.indexes[places] for table, places in shares])
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
