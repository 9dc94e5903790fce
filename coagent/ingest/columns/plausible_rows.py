"""Rows whose numbers can be true together, compiled."""

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled

NOTHING = -1


@compiled
def plausible_rows(
    numbers: NDArray[np.float64],
    parts: NDArray[np.int64],
    wholes: NDArray[np.int64],
    timings: tuple[int, int],
    rounding: tuple[float, float],
) -> NDArray[np.bool_]:
    """Whether in a row no parts exceed their whole, and the first token comes before the end.

    `numbers`: shape (rows, columns), NaN unknown. `parts`: shape (rules, 2), the columns that together are at most
    the column in `wholes`, `NOTHING` where there is one part. `timings`: the columns of the first token and of the
    duration, `rounding` how much later the first may be, of the duration and in seconds.
    """
    good = np.ones(len(numbers), np.bool_)
    for row in range(len(numbers)):
        found = numbers[row]
        good[row] = not found[timings[0]] > found[timings[1]] * (1 + rounding[0]) + rounding[1]
        for rule in range(len(wholes)):
            total = 0.0
            for part in parts[rule]:
                if part != NOTHING and found[part] == found[part]:
                    total += found[part]
            if total > found[wholes[rule]]:
                good[row] = False
    return good
