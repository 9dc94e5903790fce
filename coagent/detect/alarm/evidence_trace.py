"""How the evidence went: what is held of it, thinned out to what a picture can show."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.jit import compiled
from coagent.detect.state.stream import Suspicion, Watch
from coagent.domain.trace import Trace

LEAST, MOST = 1e-3, 1e30
STRETCHES = (20, 22, 20)
"""Most points before the onset, from there to the alarm, and after it."""
DIGITS = 2


@compiled
def log10_evidence(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Within LEAST and MOST, which lie far outside of what matters; NaN where no signal is sensed yet."""
    found = np.empty(len(evidence))
    for j in range(len(evidence)):
        found[j] = np.log10(min(max(evidence[j], LEAST), MOST)) if evidence[j] > 0 else np.nan
    return found


def trace(watch: Watch, suspicion: Suspicion, log10_threshold: float) -> Trace:
    """Of the rows that are held: the reference's sample, what raised the suspicion, the latest."""
    rows = _held(watch)
    onset, raised = suspicion.onset.ordinal, suspicion.raised.ordinal
    cuts = np.searchsorted(rows.ordinals, (onset, raised, raised + 1)).tolist()
    first, middle, last = STRETCHES
    chosen = np.concatenate(
        [
            _highest(rows, 0, cuts[0], first),
            _highest(rows, cuts[0], cuts[1], middle),
            np.arange(cuts[1], cuts[2]),
            _highest(rows, cuts[2], rows.size - 1, last),
            np.arange(max(rows.size - 1, cuts[2]), rows.size),
        ]
    )
    kept = rows.take(chosen)
    return Trace(
        log10_threshold=round(log10_threshold, DIGITS),
        rows=kept.ordinals.tolist(),
        times=[datetime.fromtimestamp(time, UTC) for time in kept.times.tolist()],
        log10_evidence=np.round(kept.evidence.astype(np.float64), DIGITS).tolist(),
    )


def _held(watch: Watch) -> Rows:
    """Each row once, in row order, those of known evidence."""
    rows = joined([watch.reservoir, watch.suspicious, watch.recent.since(watch.gapless_from)])
    known = rows.take(np.isfinite(rows.evidence))
    return known.take(np.unique(known.ordinals, return_index=True)[1])


def _highest(rows: Rows, first: int, last: int, most: int) -> NDArray[np.int64]:
    """Places from `first` to before `last`: at most so many, of equal stretches the highest each."""
    if last - first <= most:
        return np.arange(first, last)
    ends = np.linspace(first, last, most + 1).astype(int)
    return np.array([low + rows.evidence[low:high].argmax() for low, high in pairwise(ends)])
