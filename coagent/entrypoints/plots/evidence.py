"""Which stretches of the evidence to show."""

from typing import NamedTuple

from coagent.domain.report import ShiftReport
from coagent.domain.trace import Trace

LEAST_ROWS = 12
"""At least so many requests before the onset and after the alarm in the close-up."""
FAR = 0.25
"""A close-up is shown where onset to alarm takes a smaller share of the whole way."""


class Window(NamedTuple):
    """From the first to the last request (ordinals of the segment's rows)."""

    first: float
    last: float

    def share(self, row: int | None) -> float | None:
        """Where a request lies between first (0) and last (1); None outside or where it is not known."""
        if row is None or not self.first <= row <= self.last:
            return None
        return (row - self.first) / max(self.last - self.first, 1.0)


def whole(trace: Trace) -> Window:
    return Window(trace.rows[0], trace.rows[-1])


def close_up(shift: ShiftReport, trace: Trace) -> Window | None:
    """Around onset and alarm; None where the whole way shows these well enough, or where they are not known."""
    onset, alarm = shift.onset.row, shift.alarm.row if shift.alarm else None
    everything = whole(trace)
    if onset is None or alarm is None or not everything.first <= onset <= alarm <= everything.last:
        return None
    starts = onset if shift.onset_low is None else min(shift.onset_low, onset)
    room = max((alarm - starts) // 2, LEAST_ROWS)
    window = Window(max(starts - room, everything.first), min(alarm + room, everything.last))
    near = (window.last - window.first) / max(everything.last - everything.first, 1.0)
    return window if near <= FAR * 2 else None
