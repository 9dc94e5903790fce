"""Rows of groups that have not all their strata yet, kept until these are cut; the newest, at most SETTLED_FROM."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import SETTLED_FROM
from coagent.detect.sensor.grid import Bins
from coagent.detect.sensor.sensed import COUNT

Floats = NDArray[np.float64]


class KeptRows(NamedTuple):
    """Last axis: row. `lengths`: of input and of output, NaN unknown, shape (2, rows)."""

    bins: Bins
    groups: NDArray[np.int64]
    lengths: Floats

    def and_these(self, other: "KeptRows") -> "KeptRows":
        return KeptRows(
            np.concatenate([self.bins, other.bins], axis=1)[:, -SETTLED_FROM:],
            np.concatenate([self.groups, other.groups])[-SETTLED_FROM:],
            np.concatenate([self.lengths, other.lengths], axis=1)[:, -SETTLED_FROM:],
        )

    def take(self, which: NDArray[np.bool_] | slice) -> "KeptRows":
        return KeptRows._make([part[..., which] for part in self])


def no_rows() -> KeptRows:
    return KeptRows(np.empty((COUNT, 0), np.int16), np.empty(0, np.int64), np.empty((2, 0)))
