"""Columns as the batches that travel on `coagent.requests.v2`."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.bench.simulator.rows import Columns
from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment

FEW = 64


def batches(columns: Columns, segment: Segment, source: Source, size: int) -> Iterator[Batch]:
    """Slices of so many rows, in order; each row is a source message of its own, offsets count from 0."""
    for first in range(0, columns.rows, size):
        yield _batch(columns, segment, source, slice(first, min(first + size, columns.rows)))


def _batch(columns: Columns, segment: Segment, source: Source, part: slice) -> Batch:
    rows = part.stop - part.start
    return Batch(
        segment=segment,
        source=source,
        rows=rows,
        first_offset=part.start,
        last_offset=part.stop - 1,
        offsets=np.arange(part.start, part.stop, dtype="<i8").tobytes(),
        indexes=bytes(4 * rows),
        numbers={name: values[part].astype("<f8").tobytes() for name, values in columns.numbers.items()},
        texts={name: _text(values, codes[part]) for name, (values, codes) in columns.texts.items()},
    )


def _text(values: list[str], codes: NDArray[np.int32]) -> TextColumn:
    """With the values that these rows have, where there are many."""
    if len(values) > FEW:
        used, places = np.unique(codes, return_inverse=True)
        return TextColumn([values[code] for code in used.tolist()], places.astype("<i4").tobytes())
    return TextColumn(values, codes.astype("<i4").tobytes())
