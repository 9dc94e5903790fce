"""A batch as numpy arrays."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch, TextColumn
from coagent.domain.finish_reason import is_filtered
from coagent.domain.histogram import GROWTH, LEAST

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

UNKNOWN = np.float64(np.nan).tobytes()
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

    def successes(self) -> Floats:
        """1 where a request succeeded, 0 where it failed, NaN unknown: by its status, else by that of HTTP."""
        known = self.truth("status", lambda text: text == "ok")
        is_named = self.truth("status", lambda text: text in ("ok", "error"))
        http = self.number("http_status")
        by_http = np.where(np.isnan(http), np.nan, http < FIRST_ERROR)
        return np.where(is_named == 1, known, by_http)

    def costs_usd(self) -> Floats:
        """As billed, else as listed; NaN unknown."""
        billed = self.number("cost_usd")
        return np.where(np.isnan(billed), self.number("list_cost_usd"), billed)
