"""Whether a change has lasted long enough to be one, where the reference is too young to know.

Rows in a row are alike for reasons that end by themselves: requests stay with one of several hosts, a neighbour is busy
for a while. A reference that holds few stretches as long as the one that raised the alarm may not have met such a thing
yet: then no dependence was measured, and the alarm's promise does not hold.
"""

from datetime import timedelta

from coagent.domain.candidate import Candidate
from coagent.domain.signal import BY_NAME

SOON_ROWS = 16
"""What shows within so few rows is more than such stretches differ by."""
FEW_STRETCHES, LASTING_STRETCHES = 15, 8
"""In the reference; and in the fresh rows, after which a change has lasted. The last look comes in any case."""

STAY = timedelta(hours=1)
"""Rows that are as far apart are not alike for such reasons."""


def may_pass(candidate: Candidate) -> bool:
    """Whether it may still end by itself. Never where a rate moved, whose events come one by one, or in a pool, whose
    segments have hosts of their own.
    """
    stretch = candidate.raised.ordinal - candidate.onset.ordinal + 1
    near = candidate.raised.time - candidate.onset.time < STAY
    young = near and stretch > SOON_ROWS and candidate.rows_before < FEW_STRETCHES * stretch
    lasted = candidate.rows_fresh >= LASTING_STRETCHES * stretch
    return young and not lasted and not candidate.pooled and not _rate_moved(candidate)


def _rate_moved(candidate: Candidate) -> bool:
    kinds = [BY_NAME[one.signal].kind for one in candidate.evidence if one.alarmed and one.signal in BY_NAME]
    return "binary" in kinds
