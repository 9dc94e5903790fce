"""Rows with everything that detection keeps of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.row_noise import Hashes
from coagent.detect.signals import Values

Objects = NDArray[np.object_]


class Rows(NamedTuple):
    """Last axis: row. `fields` are codes of the declared and deploy fields' values, 255 unknown; shape (fields, rows).
    `groups` are codes of like requests. `evidence` is log10 of the stream's evidence after the row, NaN unknown.
    `request_ids` holds str or None, and so does `unnamed`, shape (2, rows): task and tenant of rows whose group names
    none, since groups are bounded.
    """

    ordinals: NDArray[np.int64]
    times: NDArray[np.float64]
    hashes: Hashes
    groups: NDArray[np.uint8]
    values: Values
    fields: NDArray[np.uint8]
    evidence: NDArray[np.float16]
    request_ids: Objects
    unnamed: Objects

    @property
    def size(self) -> int:
        return len(self.ordinals)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Rows":
        """All of them are these rows themselves. A part is copied: it keeps no whole batch alive, and its tables are of
        one type for compiled functions.
        """
        if isinstance(which, slice):
            if which.indices(self.size) == (0, self.size, 1):
                return self
            return Rows._make([column[..., which].copy() for column in self])
        places = np.flatnonzero(which) if which.dtype == np.bool_ else which
        return Rows._make([column.take(places, axis=-1) for column in self])

    def last(self, count: int) -> "Rows":
        return self.take(slice(max(self.size - count, 0), None))

    def since(self, ordinal: int) -> "Rows":
        return self.take(slice(int(np.searchsorted(self.ordinals, ordinal)), None))


def joined(parts: list[Rows]) -> Rows:
    """One after the other."""
    return Rows._make([np.concatenate(columns, axis=-1) for columns in zip(*parts, strict=True)])


def no_rows(signals: int, fields: int) -> Rows:
    return Rows(
        np.empty(0, np.int64),
        np.empty(0),
        np.empty(0, np.uint64),
        np.empty(0, np.uint8),
        np.empty((signals, 0), np.float32),
        np.empty((fields, 0), np.uint8),
        np.empty(0, np.float16),
        np.empty(0, object),
        np.empty((2, 0), object),
    )
