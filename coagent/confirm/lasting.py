"""Whether a change has to last before it is told, because the reference is too young to know.

Rows in a row are alike for reasons that end by themselves: requests stay with one of several hosts, a neighbour is busy
for a while. A reference that holds few stretches as long as the one that raised the alarm may not have met such a thing
yet: then no dependence was measured, and the alarm's promise does not hold. The last look comes after most of them.
"""

from datetime import timedelta

from coagent.domain.candidate import Candidate
from coagent.domain.signal import BY_NAME

SOON_ROWS = 16
"""What shows within so few rows is more than such stretches differ by."""
FEW_STRETCHES = 15
"""In the segment's reference; one signal's own may be shorter, where it came late."""
STAY = timedelta(hours=1)
"""Rows that are as far apart are not alike for such reasons."""


def may_pass(candidate: Candidate) -> bool:
    """Whether it may end by itself before the last look. Never where a rate moved, whose events come one by one, or in
    a pool, whose segments have hosts of their own.
    """
    stretch = candidate.raised.ordinal - candidate.onset.ordinal + 1
    near = candidate.raised.time - candidate.onset.time < STAY
    young = near and stretch > SOON_ROWS and candidate.rows_before < FEW_STRETCHES * stretch
    return young and not candidate.pooled and not _rate_moved(candidate)


def _rate_moved(candidate: Candidate) -> bool:
    alarmed = [BY_NAME[one.signal] for one in candidate.evidence if one.alarmed and one.signal in BY_NAME]
    return any(signal.kind == "binary" and signal.owner != "client" for signal in alarmed)
