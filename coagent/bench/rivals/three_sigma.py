"""The usual dashboard alert: a minute's mean too many deviations from that of the minutes before."""

from collections.abc import Iterator

import numpy as np

from coagent.bench.simulator.rows import Columns

MINUTE_S = 60.0
LEAST_MINUTES = 10


class ThreeSigma:
    """The knob is the number of deviations, three if nobody tunes it; it speaks at a minute's last row."""

    name = "three sigma, minute means"
    knobs = (2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0)
    slow = False

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """See `Rival`."""
        minute = (columns.numbers["time_s"] // MINUTE_S).astype(np.int64)
        first = np.flatnonzero(np.diff(minute, prepend=minute[0] - 1))
        last = np.append(first[1:], columns.rows) - 1
        means = np.add.reduceat(columns.numbers[signal], first) / (last - first + 1)
        count = np.arange(1, len(means) + 1)
        mean = np.cumsum(means) / count
        deviation = np.sqrt(np.maximum(np.cumsum(means**2) / count - mean**2, 0.0))
        far = np.abs(means[1:] - mean[:-1]) > knob * deviation[:-1]
        far[: LEAST_MINUTES - 1] = False
        yield from last[1:][far].tolist()
