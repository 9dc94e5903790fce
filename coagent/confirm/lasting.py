"""How long a change has to last before it is told, because the reference is too young to know, and whether it did.

Rows in a row are alike for reasons that end by themselves: requests stay with one of several hosts, a neighbour is busy
for a while. A reference that holds few stretches as long as the one that raised the alarm may not have met such a thing
yet: then no dependence was measured, and the alarm's promise does not hold. The rows since the onset tell by themselves
what such a reference cannot know: where hosts come and go, means over rows in a row vary more than it let expect.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import inf

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.optimize import isotonic_regression

from coagent.confirm.dependence import dependence
from coagent.confirm.reading import Reading
from coagent.confirm.wording import words
from coagent.domain.candidate import Candidate
from coagent.domain.signal import BY_NAME

SOON_ROWS = 16
"""What shows within so few rows is more than such stretches differ by."""
SLOW_ROWS = 64
"""Over more rows than these the sensors measure no dependence while they learn."""
FEW_STRETCHES, SOME_STRETCHES, SOME_SLOW_STRETCHES = 15, 20, 40
"""In the segment's reference; one signal's own may be shorter, where it came late."""
SETTLED_ROWS = 64
STAY = timedelta(hours=1)
"""Rows that are as far apart are not alike for such reasons."""
NEIGHBOURS = 16
UNSTEADY = 1.6
"""Times as much as the reference let expect, means over NEIGHBOURS rows vary where hosts come and go. By the last look
one in a hundred changes of independent rows does so by chance.
"""
APART = 0.9
"""Cliff's delta beyond which ranks are too much alike to vary."""


def awaited_rows(candidate: Candidate) -> float:
    """Rows after the alarm for which it has to last: until the last look if infinite. None where a rate moved, whose
    events come one by one, or in a pool, whose segments have hosts of their own.
    """
    stretch = candidate.raised.ordinal - candidate.onset.ordinal + 1
    near = candidate.raised.time - candidate.onset.time < STAY
    if not near or stretch <= SOON_ROWS or candidate.pooled or _rate_moved(candidate):
        return 0
    stretches = candidate.rows_before / stretch
    if stretches < FEW_STRETCHES:
        return inf
    if stretch >= SLOW_ROWS:
        return 2 * stretch if stretches < SOME_SLOW_STRETCHES else 0
    return SETTLED_ROWS if stretches < SOME_STRETCHES else 0


def unsteady(candidate: Candidate, read: Mapping[str, Reading]) -> str:
    """Why what had to last is no change that stays: in each signal that raised the alarm, rows in a row are alike as
    the reference did not know them. Empty if in some they are not. Signals that joined later may have moved little.
    """
    if not awaited_rows(candidate):
        return ""
    evidence = {one.signal: one for one in candidate.evidence}
    raising = [one for one in read.values() if one.alarmed == candidate.raised and one.signal.owner != "client"]
    varied = {one.signal.name: _variation(one) / dependence(evidence[one.signal.name], NEIGHBOURS) for one in raising}
    if not varied or min(varied.values()) < UNSTEADY:
        return ""
    return "; ".join(
        f"{words(name)} comes and goes: means over {NEIGHBOURS} requests in a row vary {times:.1f} times as much as the"
        " reference let expect"
        for name, times in varied.items()
    )


def _variation(reading: Reading) -> float:
    """Variance of means over NEIGHBOURS rows in a row since the onset against that of independent rows' means. A
    change that grows on does not come and go: means are taken about the best fit that never falls.
    """
    placed = reading.pair.placements * np.sign(reading.effect.value)
    size, variance = float(placed.mean()), float(placed.var())
    if len(placed) < 3 * NEIGHBOURS or size >= APART or variance <= 0:
        return 1.0
    left = sliding_window_view(placed - isotonic_regression(placed).x, NEIGHBOURS).mean(axis=1)
    return float((left**2).mean() * NEIGHBOURS / variance / (1 - NEIGHBOURS / len(placed)))


def _rate_moved(candidate: Candidate) -> bool:
    alarmed = [BY_NAME[one.signal] for one in candidate.evidence if one.alarmed and one.signal in BY_NAME]
    return any(signal.kind == "binary" and signal.owner != "client" for signal in alarmed)
