"""How long a change has to last before it is told, because the reference is too young to know, and whether it did.

Rows in a row are alike for reasons that end by themselves: requests stay with one of several hosts, a neighbour is busy
for a while. A reference that holds few stretches as long as the one that raised the alarm may not have met such a thing
yet: then no dependence was measured, and the alarm's promise does not hold. The rows since the onset tell by themselves
what such a reference cannot know: where hosts come and go, means over rows in a row vary more than it let expect, and
some look more like before.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import inf

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.optimize import isotonic_regression

from coagent.confirm.dependence import dependence
from coagent.confirm.like import Floats
from coagent.confirm.reading import Reading
from coagent.confirm.wording import words
from coagent.domain.candidate import Candidate
from coagent.domain.signal import BY_NAME

SOON_ROWS = 16
"""What shows within so few rows is more than such stretches differ by."""
SLOW_ROWS = range(96, 257)
"""What took as many rows to show is small: it can wait, and asks more of the reference. What took longer has lasted
longer by itself than until the last look, and asks no more than what showed soon.
"""
FEW_STRETCHES, FEW_SLOW_STRETCHES = 15, 40
"""A reference that holds fewer is too young; the segment's: one signal's own may be shorter, where it came late."""
SOME_STRETCHES, SETTLED_ROWS = 20, 64
"""One that holds fewer asks for as many rows after the alarm."""
STAY = timedelta(hours=1)
"""Rows that are as far apart are not alike for such reasons."""
NEIGHBOURS = 16
UNSTEADY = 1.6
"""Times as much as the reference let expect, means over NEIGHBOURS rows vary where hosts come and go. Of independent
rows, about one in a hundred changes does so by chance in 300 rows, one in twenty in a hundred.
"""
LEAST_SHARE = 0.5
"""Of the change that all such means show where it only swings."""
APART = 0.9
"""Cliff's delta beyond which ranks are too much alike to vary."""
LEAST_ROWS = 4 * NEIGHBOURS
TIED = 1e-9
"""Placements that differ by no more are the same but for rounding."""


def awaited_rows(candidate: Candidate) -> float:
    """Rows after the alarm for which it has to last: until the last look if infinite. None where a rate moved, whose
    events come one by one, or in a pool, whose segments have hosts of their own.
    """
    stretch = candidate.raised.ordinal - candidate.onset.ordinal + 1
    near = candidate.raised.time - candidate.onset.time < STAY
    if not near or stretch <= SOON_ROWS or candidate.pooled or _rate_moved(candidate):
        return 0
    stretches = candidate.rows_before / stretch
    if stretches < (FEW_SLOW_STRETCHES if stretch in SLOW_ROWS else FEW_STRETCHES):
        return inf
    return SETTLED_ROWS if stretches < SOME_STRETCHES else 0


def unsteady(candidate: Candidate, read: Mapping[str, Reading]) -> str:
    """Why what had to last is no change that stays: in each signal that raised the alarm, rows in a row are alike as
    the reference did not know them, and some look more like before. Empty if in some signal they are not, or if it did
    not have to last. Signals that joined later do not count, which may have moved little, nor those with few rows.
    """
    if not awaited_rows(candidate):
        return ""
    evidence = {one.signal: one for one in candidate.evidence}
    raising = [one for one in read.values() if one.alarmed == candidate.raised and one.signal.owner != "client"]
    known = [one for one in raising if len(one.pair.after) >= LEAST_ROWS]
    varied = {one.signal.name: _variation(one) / dependence(evidence[one.signal.name], NEIGHBOURS) for one in known}
    if not varied or min(varied.values()) < UNSTEADY:
        return ""
    return "; ".join(
        f"{words(name)} comes and goes: means over {NEIGHBOURS} requests in a row have {times:.1f} times the variance"
        " that those before let expect"
        for name, times in varied.items()
    )


def _variation(reading: Reading) -> float:
    """Variance of means over NEIGHBOURS rows in a row since the onset against that of independent rows' means; 1 where
    all of them show the change or ranks cannot tell. It is looked at for doubts alone, so the rows that raised the
    alarm count too. Each category moves in its own way, and a change that grows on does not come and go: means are
    taken about the categories' and about the best fit of all rows that never falls.
    """
    placed = reading.pair.placements * np.sign(reading.effect.value)
    size = float(placed.mean())
    if size >= APART or float(_means(placed).min()) > LEAST_SHARE * size:
        return 1.0
    category = reading.pair.after.category
    placed = placed - (np.bincount(category, placed) / reading.pair.rows_after)[category]
    if np.ptp(placed) <= TIED:
        return 1.0
    left = _means(placed - isotonic_regression(placed).x)
    return float((left**2).mean() * NEIGHBOURS / placed.var() / (1 - NEIGHBOURS / len(placed)))


def _means(placed: Floats) -> Floats:
    """Of NEIGHBOURS rows in a row each."""
    return np.asarray(sliding_window_view(placed, NEIGHBOURS).mean(axis=1))


def _rate_moved(candidate: Candidate) -> bool:
    alarmed = [BY_NAME[one.signal] for one in candidate.evidence if one.alarmed and one.signal in BY_NAME]
    return any(signal.kind == "binary" and signal.owner != "client" for signal in alarmed)
