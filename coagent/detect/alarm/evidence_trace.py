"""How the evidence went: what is held of it, thinned out to what a picture can show."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import DIGITS, TRACE_POINTS
from coagent.detect.rows import Rows, joined
from coagent.detect.state.stream import Suspicion, Watch
from coagent.domain.trace import Trace


def log10_evidence(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where no signal is sensed yet."""
    return np.log10(evidence, out=np.full(len(evidence), np.nan), where=evidence > 0)


def trace(watch: Watch, suspicion: Suspicion, log10_threshold: float) -> Trace:
    """Of the rows that are held: the reference's sample, what raised the suspicion, the latest."""
    rows = _held(watch)
    onset, raised = suspicion.onset.ordinal, suspicion.raised.ordinal
    cuts = np.searchsorted(rows.ordinals, (onset, raised, raised + 1)).tolist()
    chosen = np.concatenate(
        [
            _highest(rows, 0, cuts[0]),
            _highest(rows, cuts[0], cuts[1]),
            np.arange(cuts[1], cuts[2]),
            _highest(rows, cuts[2], rows.size - 1),
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


def _highest(rows: Rows, first: int, last: int) -> NDArray[np.int64]:
    """Places from `first` to before `last`: at most TRACE_POINTS, of equal stretches the highest each."""
    if last - first <= TRACE_POINTS:
        return np.arange(first, last)
    ends = np.linspace(first, last, TRACE_POINTS + 1).astype(int)
    return np.array([low + rows.evidence[low:high].argmax() for low, high in pairwise(ends)])
