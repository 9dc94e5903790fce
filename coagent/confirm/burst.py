"""Whether a change was seen in one burst of requests alone, which are alike for many reasons."""

from coagent.domain.candidate import Candidate

DENSER = 4.0
"""Times as dense as usual; a day's cycle stays below."""


def within_a_burst(candidate: Candidate) -> bool:
    """Whether less time has passed since the onset than its rows up to the alarm would take if they came DENSER times
    as densely as the rows before it. Never where no times from before are known.
    """
    trace, onset = candidate.trace, candidate.onset
    if trace is None or not trace.rows or trace.rows[0] >= onset.ordinal:
        return False
    usual_gap_s = (onset.time - trace.times[0]).total_seconds() / (onset.ordinal - trace.rows[0])
    least_s = (candidate.raised.ordinal - onset.ordinal) * usual_gap_s / DENSER
    return (candidate.now.time - onset.time).total_seconds() < least_s
