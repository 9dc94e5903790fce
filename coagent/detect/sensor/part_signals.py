"""Which signals tasks and tenants have statistics of their own for."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.sensed import COUNT, PLACE_OF

PART_SIGNALS = (
    "duration_s",
    "time_to_first_token_s",
    "output_tokens",
    "output_chars_per_token",
    "input_chars_per_token",
    "reasoning_tokens",
    "mean_logprob",
    "error",
    "refusal",
    "truncation",
)
"""The signals that changes of one tenant show in: each costs a part 80 bytes and a row 20 ns."""
PART_SENSORS = np.array([PLACE_OF[name] for name in PART_SIGNALS])
"""Their places among all sensed signals."""
PART_SIGNAL_OF = np.full(COUNT, -1)
"""Of a sensed signal, its place in `PART_SIGNALS` or -1."""
PART_SIGNAL_OF[PART_SENSORS] = np.arange(len(PART_SIGNALS))

Cells = NDArray[np.int16]
"""Of a row's normal score on each of PART_SIGNALS: `densities.cell` of the score moved down by the dead band; of the
mirrored score moved up by it (for rates, not moved); of the score itself. Shape (rows, part signals, 3): whoever reads
them goes row by row. -1 where the value is unknown.
"""


def no_cells(rows: int) -> Cells:
    return np.full((rows, len(PART_SIGNALS), 3), np.int16(-1))
