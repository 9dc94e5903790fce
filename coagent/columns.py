"""A batch as numpy arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, TextColumn
from coagent.domain.finish_reason import is_filtered

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

UNKNOWN = np.float64(np.nan).tobytes()


@dataclass(frozen=True, slots=True)
class Columns:
    """Read-only views of a batch's rows, and copies; what the batch left out reads as unknown (NaN, code -1)."""

    batch: Batch
    start: int = 0

    @property
    def rows(self) -> int:
        return self.batch.rows - self.start

    def from_row(self, start: int) -> Self:
        """The same without its first `start` rows."""
        return type(self)(self.batch, self.start + start)

    def unseen(self, last: tuple[int, int] | None) -> Self:
        """Without the rows at or below the last one seen of their source: its offset and index, None before any."""
        if last is None:
            return self
        offset, index = last
        old = (self.offsets < offset) | ((self.offsets == offset) & (self.indexes <= index))
        return self.from_row(int(np.count_nonzero(old)))

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
        column = self.batch.texts.get(name) or TextColumn([], b"\xff\xff\xff\xff" * self.batch.rows)
        return column.values, np.frombuffer(column.codes, "<i4")[self.start :]

    def truth(self, name: str, holds: Callable[[str], bool]) -> Floats:
        """1 where it holds of the text, 0 where not, NaN where the text is unknown; shape (rows,)."""
        values, codes = self.text(name)
        return np.array([*(float(holds(one)) for one in values), np.nan])[codes]

    def refusals(self) -> Floats:
        """1 where the answer is a refusal or was filtered, 0 where it is known that it is neither, NaN unknown."""
        return np.fmax(self.number("refusal"), self.truth("finish_reason", is_filtered))
