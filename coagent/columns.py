"""A batch as numpy arrays."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.finish_reason import is_filtered
from coagent.domain.histogram import GROWTH, LEAST

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

UNKNOWN = np.float64(np.nan).tobytes()
NO_CODE = np.int32(-1).tobytes()
FIRST_ERROR = 400
"""HTTP status from which on a request failed (RFC 9110)."""
LOG_GROWTH = math.log(GROWTH)
EDGE = 1e-9
"""A value on a bin's upper edge is in it, however its logarithm is rounded."""


def histogram_bins(values: Floats) -> NDArray[np.int64]:
    """The bin of each value, as `coagent.domain.histogram` numbers them; no value is NaN."""
    bins: NDArray[np.int64] = np.ceil(np.log(np.maximum(values, LEAST)) / LOG_GROWTH - EDGE).astype(np.int64)
    return bins


@dataclass(frozen=True, slots=True)
class Columns:
    """Read-only views of a batch's rows, and copies; what the batch left out reads as unknown (NaN, code -1).

    `parts`: of rows that came in several batches, those of each, in their order.
    """

    batch: Batch
    start: int = 0
    parts: tuple["Columns", ...] = ()

    @property
    def rows(self) -> int:
        return self.batch.rows - self.start

    def unseen(self, last: tuple[int, int] | None) -> Self:
        """Of rows of one batch, without those at or below the last one seen of their source: its offset and index,
        None before any.
        """
        if last is None:
            return self
        offset, index = last
        old = (self.offsets < offset) | ((self.offsets == offset) & (self.indexes <= index))
        return type(self)(self.batch, self.start + int(np.count_nonzero(old)))

    @property
    def by_batch(self) -> tuple["Columns", ...]:
        """The rows of each batch that they came in."""
        return self.parts or (self,)

    @property
    def source(self) -> Source:
        """Of rows of one batch."""
        return self.batch.source

    def place_of(self, row: int) -> str:
        """By which a row differs from all others: source, offset and index."""
        source, first = self.source, 0
        for part in self.by_batch:
            if row < first + part.rows:
                source = part.source
                break
            first += part.rows
        return f"{source}/{self.offsets[row]}/{self.indexes[row]}"

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Source offsets, shape (rows,), ascending."""
        return np.frombuffer(self.batch.offsets, "<i8")[self.start :]

    @property
    def indexes(self) -> Codes:
        """Place of each row within its source message, shape (rows,)."""
        return np.frombuffer(self.batch.indexes, "<i4")[self.start :]

    def number(self, name: str) -> Floats:
        """Shape (rows,), NaN where unknown."""
        data = self.batch.numbers.get(name)
        return np.full(self.rows, np.nan) if data is None else np.frombuffer(data, "<f8")[self.start :]

    def numbers(self, names: Sequence[str]) -> Floats:
        """A copy, shape (names, rows), NaN where unknown: views of single columns cost more."""
        unknown = UNKNOWN * self.batch.rows
        data = bytearray().join([self.batch.numbers.get(name, unknown) for name in names])
        return np.frombuffer(data, "<f8").reshape(len(names), self.batch.rows)[:, self.start :]

    def text(self, name: str) -> tuple[list[str], Codes]:
        """Distinct values, and for each row an index into them or -1."""
        column = self.batch.texts.get(name) or TextColumn([], NO_CODE * self.batch.rows)
        return column.values, np.frombuffer(column.codes, "<i4")[self.start :]

    def truth(self, name: str, holds: Callable[[str], bool]) -> Floats:
        """1 where it holds of the text, 0 where not, NaN where the text is unknown; shape (rows,)."""
        values, codes = self.text(name)
        return np.array([*(float(holds(one)) for one in values), np.nan])[codes]

    def refusals(self) -> Floats:
        """1 where the answer is a refusal or was filtered, 0 where it is known that it is neither, NaN unknown."""
        return np.fmax(self.number("refusal"), self.truth("finish_reason", is_filtered))

    def successes(self) -> Floats:
        """1 where a request succeeded, 0 where it failed, NaN unknown: by its status, else by an error's type or the
        status of HTTP.
        """
        by_status = self.truth("status", lambda text: text.lower() != "error")
        http = self.number("http_status")
        stated = np.where(np.isnan(http), np.nan, http < FIRST_ERROR)
        stated[self.text("error_type")[1] >= 0] = 0.0
        return np.where(np.isnan(by_status), stated, by_status)

    def costs_usd(self) -> Floats:
        """As billed, else as listed; NaN unknown."""
        billed = self.number("cost_usd")
        return np.where(np.isnan(billed), self.number("list_cost_usd"), billed)


def joined(parts: Sequence[Columns]) -> Columns:
    """Rows of one stream, one part after the other. Raises ValueError where a column has not a value for each row."""
    if len(parts) == 1:
        return parts[0]
    first, rows = parts[0].batch, sum(part.rows for part in parts)
    numbers = dict.fromkeys(name for part in parts for name in part.batch.numbers)
    texts = dict.fromkeys(name for part in parts for name in part.batch.texts)
    whole = Batch(
        segment=first.segment,
        source=first.source,
        rows=rows,
        first_offset=first.first_offset,
        last_offset=parts[-1].batch.last_offset,
        offsets=b"".join([_rows_of(part, part.batch.offsets, 8) for part in parts]),
        indexes=b"".join([_rows_of(part, part.batch.indexes, 4) for part in parts]),
        numbers={name: b"".join([_numbers_of(part, name) for part in parts]) for name in numbers},
        texts={name: _joined_texts(parts, name) for name in texts},
    )
    return Columns(whole, parts=tuple(parts))


def _rows_of(part: Columns, data: bytes, width: int) -> bytes:
    if len(data) != width * part.batch.rows:
        raise ValueError(f"{len(data)} bytes for {part.batch.rows} rows of {width}")
    return data[width * part.start :]


def _numbers_of(part: Columns, name: str) -> bytes:
    data = part.batch.numbers.get(name)
    return UNKNOWN * part.rows if data is None else _rows_of(part, data, 8)


def _joined_texts(parts: Sequence[Columns], name: str) -> TextColumn:
    """Values in the order in which the parts list them."""
    columns = [part.batch.texts.get(name) or TextColumn([], NO_CODE * part.batch.rows) for part in parts]
    codes = [_rows_of(part, column.codes, 4) for part, column in zip(parts, columns, strict=True)]
    if all(column.values == columns[0].values for column in columns):
        return TextColumn(columns[0].values, b"".join(codes))
    places = dict[str, int]()
    tables = [np.array([*(places.setdefault(one, len(places)) for one in column.values), -1]) for column in columns]
    moved = [table[np.frombuffer(code, "<i4")] for table, code in zip(tables, codes, strict=True)]
    return TextColumn(list(places), np.concatenate(moved).astype("<i4").tobytes())
