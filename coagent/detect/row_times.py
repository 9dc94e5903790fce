"""Times of rows that are long gone: every so many rows one is kept, thinned out as the stream grows."""

import msgspec
import numpy as np

from coagent.detect.rows import Rows

MOST = 64


class Places(msgspec.Struct, array_like=True):
    """Row ordinals that are multiples of `stride`, with their times (epoch s)."""

    stride: int = 16
    ordinals: list[int] = []
    times: list[float] = []

    def add(self, rows: Rows) -> None:
        """Of rows that follow each other."""
        chosen = slice(-int(rows.ordinals[0]) % self.stride, None, self.stride)
        self.ordinals += rows.ordinals[chosen].tolist()
        self.times += rows.times[chosen].tolist()
        while len(self.ordinals) > MOST:
            self.stride *= 2
            kept = [place for place, ordinal in enumerate(self.ordinals) if ordinal % self.stride == 0]
            self.ordinals = [self.ordinals[place] for place in kept]
            self.times = [self.times[place] for place in kept]

    def note(self, ordinal: int, time_s: float) -> None:
        """A single row, where the last one that is kept lies a stride or more before it."""
        if self.ordinals and ordinal < self.ordinals[-1] + self.stride:
            return
        self.ordinals.append(ordinal)
        self.times.append(time_s)
        if len(self.ordinals) > MOST:
            self.stride *= 2
            self.ordinals, self.times = self.ordinals[::2], self.times[::2]

    def time_of(self, ordinal: float) -> float:
        """Interpolated; there is at least one place."""
        return float(np.interp(ordinal, self.ordinals, self.times))
