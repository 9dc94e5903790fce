"""Rows of one segment become columns; only columns in which something is known are made."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from coagent.ingest.record import SEGMENT_WIDTH, TEXT_WIDTH, Record
from coagent.ingest.row import Row

Floats = NDArray[np.float64]

_TEXTS = Record.__struct_fields__[SEGMENT_WIDTH:TEXT_WIDTH]
_NUMBERS = ("time_s", *Record.__struct_fields__[TEXT_WIDTH + 1 :])


def columns_of(rows: Sequence[Row]) -> tuple[dict[str, Floats], dict[str, TextColumn]]:
    """Number columns, shape (rows,), NaN where unknown, and text columns, named as in `coagent.domain.batch`."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    columns[TEXT_WIDTH] = _seconds(columns[TEXT_WIDTH])
    texts = zip(_TEXTS, columns[SEGMENT_WIDTH:TEXT_WIDTH], strict=True)
    numbers = zip(_NUMBERS, columns[TEXT_WIDTH:], strict=True)
    return (
        {name: np.array(column, np.float64) for name, column in numbers if _known(column)},
        {name: text_column(column) for name, column in texts if _known(column)},
    )


def text_column(column: Sequence[str | None]) -> TextColumn:
    """Dictionary encoded in order of first appearance.

    >>> text_column(["b", None, "b"]).values
    ['b']
    """
    first = column[0]
    if first is not None and first == column[-1] and column.count(first) == len(column):  # counting is not hashing
        return TextColumn([first], bytes(4 * len(column)))
    distinct = dict.fromkeys(column)
    distinct.pop(None, None)
    values: list[str] = [value for value in distinct if value is not None]
    return TextColumn(values, _codes(column, values).astype("<i4").tobytes())


def _codes(column: Sequence[str | None], values: list[str]) -> NDArray[np.int32]:
    if len(values) == len(column):
        return np.arange(len(column), dtype=np.int32)
    places: dict[str | None, int] = {value: place for place, value in enumerate(values)}
    places[None] = -1
    return np.fromiter(map(places.__getitem__, column), np.int32, len(column))


def _known(column: Sequence[Any]) -> bool:
    return column[0] is not None or column.count(None) != len(column)


def _seconds(times: Sequence[datetime | float]) -> Sequence[float]:
    if float not in map(type, times):
        return list(map(datetime.timestamp, times))  # type: ignore[arg-type]  # none is a float
    return [time if isinstance(time, float) else time.timestamp() for time in times]


def batch_of(
    segment: Segment,
    source: Source,
    *,
    offsets: Sequence[int],
    indexes: Sequence[int],
    numbers: Mapping[str, Floats],
    texts: dict[str, TextColumn],
) -> Batch:
    """The batch that travels, of at least one row."""
    return Batch(
        segment=segment,
        source=source,
        rows=len(offsets),
        first_offset=offsets[0],
        last_offset=offsets[-1],
        offsets=np.array(offsets, "<i8").tobytes(),
        indexes=np.array(indexes, "<i4").tobytes(),
        numbers={name: column.astype("<f8", copy=False).tobytes() for name, column in numbers.items()},
        texts=texts,
    )
