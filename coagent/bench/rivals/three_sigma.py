"""The usual dashboard alert: a minute's mean too many deviations from that of the minutes before."""

from collections.abc import Iterator

import numpy as np

from coagent.bench.simulator.rows import Columns

MINUTE_S = 60.0
LEAST_MINUTES = 10
DEVIATIONS = 3.0


class ThreeSigma:
    """It speaks at a minute's last row."""

    name = "three sigma"
    slow = False

    def alarms(self, columns: Columns, signal: str) -> Iterator[int]:
        """See `Rival`."""
        minute = (columns.numbers["time_s"] // MINUTE_S).astype(np.int64)
        first = np.flatnonzero(np.diff(minute, prepend=minute[0] - 1))
        last = np.append(first[1:], columns.rows) - 1
        means = np.add.reduceat(columns.numbers[signal], first) / (last - first + 1)
        count = np.arange(1, len(means) + 1)
        mean = np.cumsum(means) / count
        deviation = np.sqrt(np.maximum(np.cumsum(means**2) / count - mean**2, 0.0))
        far = np.abs(means[1:] - mean[:-1]) > DEVIATIONS * deviation[:-1]
        far[: LEAST_MINUTES - 1] = False
        yield from last[1:][far].tolist()
