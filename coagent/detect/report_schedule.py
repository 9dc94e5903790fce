"""What people know of detectors, and when it is time to report them again."""

import hashlib
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import HOUR_S, LOOK_EVERY_ROWS


class Reported(msgspec.Struct, array_like=True):
    """When detectors were reported last: how often, at which row, as of which newest row time (epoch s), and what of
    them was notable.
    """

    sequence: int = 0
    rows: int = 0
    time_s: float = 0.0
    digest: bytes = b""

    def renewed(self, rows: int, time_s: float, digest: bytes) -> "Reported | None":
        """As reported now, where something notable changed, or so many rows or seconds of the rows' own time passed, or
        the rows of a young stream have doubled; else None. Clocks of
        rows may lie apart: the newest counts.
        """
        newest_s = max(time_s, self.time_s)
        grown = rows - self.rows >= min(max(self.rows, 1), LOOK_EVERY_ROWS)
        due = grown or newest_s - self.time_s >= HOUR_S or digest != self.digest
        return Reported(self.sequence + 1, rows, newest_s, digest) if due else None


def digest_of(decided: object, arrays: Iterable[NDArray[np.generic]]) -> bytes:
    """Of what people would want to know at once."""
    notable = hashlib.blake2b(repr(decided).encode(), digest_size=8)
    for array in arrays:
        notable.update(array.tobytes())
    return notable.digest()
