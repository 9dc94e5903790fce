"""Rows with everything that detection keeps of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.categories import Codes
from coagent.detect.noise import Hashes
from coagent.detect.signals import Values

Objects = NDArray[np.object_]


class Rows(NamedTuple):
    """Last axis: row. `fields` are codes of the declared and deploy fields' values, 255 unknown; shape (fields, rows).
    `evidence` is log10 of the segment's evidence after the row, NaN unknown. `request_ids` holds str or None.
    """

    ordinals: NDArray[np.int64]
    times: NDArray[np.float64]
    hashes: Hashes
    categories: Codes
    values: Values
    fields: NDArray[np.uint8]
    evidence: NDArray[np.float16]
    request_ids: Objects

    @property
    def size(self) -> int:
        return len(self.ordinals)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Rows":
        """A part of the tables is copied: it keeps no whole batch alive, and is of one type for compiled functions."""
        return Rows(
            self.ordinals[which],
            self.times[which],
            self.hashes[which],
            self.categories[which],
            np.ascontiguousarray(self.values[:, which]),
            np.ascontiguousarray(self.fields[:, which]),
            self.evidence[which],
            self.request_ids[which],
        )

    def last(self, count: int) -> "Rows":
        return self.take(slice(max(self.size - count, 0), None))

    def since(self, ordinal: int) -> "Rows":
        return self.take(slice(int(np.searchsorted(self.ordinals, ordinal)), None))


def joined(parts: list[Rows]) -> Rows:
    """One after the other."""
    return Rows(
        np.concatenate([rows.ordinals for rows in parts]),
        np.concatenate([rows.times for rows in parts]),
        np.concatenate([rows.hashes for rows in parts]),
        np.concatenate([rows.categories for rows in parts]),
        np.concatenate([rows.values for rows in parts], axis=1),
        np.concatenate([rows.fields for rows in parts], axis=1),
        np.concatenate([rows.evidence for rows in parts]),
        np.concatenate([rows.request_ids for rows in parts]),
    )


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
    )
