"""Whether a change was seen in one burst of requests alone, which are alike for many reasons."""

import numpy as np

from coagent.domain.candidate import Candidate

DENSER = 4.0
"""Times as dense as usual; a day's cycle stays below."""


def within_a_burst(candidate: Candidate) -> bool:
    """Whether the rows from the onset to the alarm came DENSER times as densely as rows do, and less time has passed
    since the alarm than they would usually have taken. Never where no times from before are known.
    """
    onset, raised, now = candidate.onset, candidate.raised, candidate.now
    gap_s = _usual_gap_s(candidate)
    if gap_s is None:
        return False
    usual_s = (raised.ordinal - onset.ordinal) * gap_s
    dense = (raised.time - onset.time).total_seconds() < usual_s / DENSER
    return dense and (now.time - raised.time).total_seconds() < usual_s


def _usual_gap_s(candidate: Candidate) -> float | None:
    """Mean time a row before the onset, without the longest step between rows that are told of: a clock may jump. A
    pause that is the only one is taken for such a jump.
    """
    trace = candidate.trace
    if trace is None:
        return None
    places = np.searchsorted(trace.rows, candidate.onset.ordinal)
    times = np.diff([time.timestamp() for time in trace.times[:places]] + [candidate.onset.time.timestamp()])
    rows = np.diff([*trace.rows[:places], candidate.onset.ordinal])
    if not len(rows):
        return None
    usual = np.arange(len(rows)) != (np.argmax(times) if len(rows) > 1 else -1)
    return float(times[usual].sum() / rows[usual].sum())
