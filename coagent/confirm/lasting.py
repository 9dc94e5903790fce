"""Whether a change has to last before it is told, because the reference is too young to know, and whether it did.

Rows in a row are alike for reasons that end by themselves: requests stay with one of several hosts, a neighbour is busy
for a while. A reference that holds few stretches as long as the one that raised the alarm may not have met such a thing
yet: then no dependence was measured, and the alarm's promise does not hold. The last look comes after most of them, and
sees what a reference that had met one host alone cannot know: that since the alarm, too, hosts come and go.
"""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coagent.confirm.reading import Reading
from coagent.confirm.wording import words
from coagent.domain.candidate import Candidate
from coagent.domain.row import RowRef
from coagent.domain.signal import BY_NAME

SOON_ROWS = 16
"""What shows within so few rows is more than such stretches differ by."""
FEW_STRETCHES = 15
"""In the segment's reference; one signal's own may be shorter, where it came late."""
STAY = timedelta(hours=1)
"""Rows that are as far apart are not alike for such reasons."""
LEAST_SHARE = 0.3
"""Of a change's size that each stretch as long as the one that raised its alarm has to show."""
DEVIATIONS = 3.0
"""By so many standard errors it has to lie lower, too: what moves few requests far shows in few stretches by chance."""
FEWEST_ROWS = 2


def may_pass(candidate: Candidate) -> bool:
    """Whether it may end by itself before the last look. Never where a rate moved, whose events come one by one, or in
    a pool, whose segments have hosts of their own.
    """
    stretch = _rows(candidate.onset, candidate.raised)
    near = candidate.raised.time - candidate.onset.time < STAY
    young = near and stretch > SOON_ROWS and candidate.rows_before < FEW_STRETCHES * stretch
    return young and not candidate.pooled and not _rate_moved(candidate)


def interrupted(candidate: Candidate, read: Mapping[str, Reading]) -> str:
    """Why what may pass did not last: in each signal that raised the alarm, a stretch of the rows since then looks as
    before. Empty if it did. Signals that joined later may have moved little.
    """
    if not may_pass(candidate):
        return ""
    raising = [one for one in read.values() if one.alarmed == candidate.raised and one.signal.owner != "client"]
    whys = [_interruption(one, candidate) for one in raising]
    return "; ".join(whys) if all(whys) else ""


def _interruption(reading: Reading, candidate: Candidate) -> str:
    if reading.onset is None or reading.fresh_rows < FEWEST_ROWS:
        return ""
    known = round(_rows(reading.onset, candidate.raised) * reading.fresh_rows / candidate.rows_fresh)
    stretch = min(max(known, 1), reading.fresh_rows // 2)
    placed = reading.pair.placements[-reading.fresh_rows :]
    size, error = float(placed.mean()), float(placed.std()) * np.sqrt(reading.dependence / stretch)
    lowest = float((sliding_window_view(placed, stretch).mean(axis=1) * np.sign(size)).min())
    if lowest >= min(LEAST_SHARE * abs(size), abs(size) - DEVIATIONS * error):
        return ""
    return f"{words(reading.signal.name)} comes and goes: {stretch} requests in a row after the alarm look as before"


def _rate_moved(candidate: Candidate) -> bool:
    alarmed = [BY_NAME[one.signal] for one in candidate.evidence if one.alarmed and one.signal in BY_NAME]
    return any(signal.kind == "binary" and signal.owner != "client" for signal in alarmed)


def _rows(first: RowRef, last: RowRef) -> int:
    return last.ordinal - first.ordinal + 1
