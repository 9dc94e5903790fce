"""A pooled alarm as of now, with all that is needed to judge it, in units of ranks."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.evidence import log10_of
from coagent.detect.pool.carriers import carriers
from coagent.detect.pool.cells import CELLS, MIDDLES, Counts
from coagent.detect.pool.pool import Pool, Raised, Suspicion
from coagent.detect.signals import BINARY, COVARIATE, NAMES
from coagent.domain.candidate import USUAL, Candidate, FieldCounts, Phase, Sample, SignalEvidence
from coagent.domain.row import RowRef

BEFORE = 1_000
"""Values that stand for the uniform law of ranks where nothing changed."""
BEFORE_RATES = 4_000
MOST_VALUES = 4_096
"""Values of a sample; where there are more rows, each value stands for several."""
LEVEL_OF_CAUTION = 1
"""Blocks of 64 rows, as in a segment's candidates."""
TRAFFIC_WINDOW = 1024
"""A covariate's alarm counts as evidence from so many of the pool's rows before the onset on."""


def candidate(pool: Pool, suspicion: Suspicion, phase: Phase, log10_threshold: float) -> Candidate:
    segment = pool.segment if suspicion.sole is None else pool.members.segment(suspicion.sole)
    return Candidate(
        id=f"{pool.segment.id}-{segment.id}-{suspicion.raised.ordinal}",
        sequence=suspicion.sequence,
        phase=phase,
        segment=segment,
        onset=suspicion.onset,
        raised=suspicion.raised,
        now=_now(pool, suspicion),
        rows_before=suspicion.rows_before,
        rows_fresh=suspicion.fresh,
        categories=["all"],
        evidence=[_evidence(pool, int(signal), log10_threshold) for signal in np.flatnonzero(pool.statistics.known)],
        fields=_fields(pool, suspicion),
        carriers=carriers(pool) if suspicion.sole is None else [segment],
        pooled=True,
    )


def _now(pool: Pool, suspicion: Suspicion) -> RowRef:
    if suspicion.sole is None:
        return now(pool)
    return own_place(pool, suspicion.sole)


def now(pool: Pool) -> RowRef:
    """The last row that any member told of, counted in the pool."""
    if pool.now is None:
        raise AssertionError("asked for the last row of a pool that has none")
    return pool.now


def own_place(pool: Pool, place: int) -> RowRef:
    """A member's own last row."""
    seen = pool.members.seen[place]
    return ref(seen.last, seen.time_s)


def ref(ordinal: int, time_s: float) -> RowRef:
    return RowRef(ordinal=ordinal, time=datetime.fromtimestamp(time_s, UTC))


def _evidence(pool: Pool, signal: int, log10_threshold: float) -> SignalEvidence:
    statistics, told = pool.statistics, _alarm_of(pool, signal)
    caution = float(statistics.variance[signal, LEVEL_OF_CAUTION])
    before, suspicious, fresh = _rates(pool, signal) if BINARY[signal] else _ranks(pool, signal)
    return SignalEvidence(
        signal=NAMES[signal],
        alarmed=told.raised if told else None,
        onset=told.onset if told else None,
        onset_low=told.low if told else None,
        onset_high=told.high if told else None,
        log10_evidence=told.log10_evidence if told else log10_of(statistics.peak[signal]),
        log10_threshold=log10_threshold + 3.0 * float(statistics.wolves[signal]),
        block_rows=round(caution),
        before=_sample(before),
        suspicious=_sample(suspicious),
        fresh=_sample(fresh),
        opinions={},
        caution=caution,
    )


def _alarm_of(pool: Pool, signal: int) -> Raised | None:
    """A covariate that moved long before is no evidence of what moved now."""
    told = pool.alarms.get(signal)
    first = min((alarm.low for alarm in pool.alarms.values() if not COVARIATE[alarm.signal]), default=0)
    return None if told and COVARIATE[signal] and told.high < first - TRAFFIC_WINDOW else told


Values = NDArray[np.float64]


def _ranks(pool: Pool, signal: int) -> tuple[Values, Values, Values]:
    """Before: the uniform law. Suspicious: what raised the alarm, less what came since."""
    before = (np.arange(BEFORE) + 0.5) / BEFORE
    carried = pool.carried[signal].sum(axis=0) if signal in pool.alarms and signal in pool.carried else 0
    fresh = pool.fresh[signal]
    return before, _values(np.maximum(carried - fresh, 0) * np.ones(CELLS, np.int64)), _values(fresh)


def _values(cells: Counts) -> Values:
    """Middles of cells, each as often as ranks fell into it, in proportion where they are too many."""
    total = int(cells.sum())
    if total > MOST_VALUES:
        steps = np.floor(np.cumsum(cells) * (MOST_VALUES / total))
        cells = np.diff(steps, prepend=0).astype(np.int64)
    return np.repeat(MIDDLES, cells)


def _rates(pool: Pool, signal: int) -> tuple[Values, Values, Values]:
    """Before: the rate that the references let expect of the fresh rows."""
    rows, (hits, expected) = int(pool.fresh[signal].sum()), pool.fresh_rates[signal]
    if not rows:
        return np.empty(0), np.empty(0), np.empty(0)
    return _flags(BEFORE_RATES, expected / rows), np.empty(0), _flags(min(rows, MOST_VALUES), hits / rows)


def _flags(rows: int, rate: float) -> Values:
    return (np.arange(rows) < round(rows * rate)).astype(np.float64)


def _sample(values: Values) -> Sample:
    return Sample(values=values.astype("<f8").tobytes(), categories=bytes(2 * len(values)))


def _fields(pool: Pool, suspicion: Suspicion) -> list[FieldCounts]:
    """Of each field that said anything unusual since the alarm. Not known of one member alone: what was unusual before
    is counted of all together.
    """
    if suspicion.sole is not None:
        return []
    before, after = pool.rows_seen - suspicion.fresh, suspicion.fresh
    return [
        FieldCounts(name, _counted(pool.unusual_before.get(name, {}), before), _counted(counts, after))
        for name, counts in sorted(pool.unusual_after.items())
    ]


def _counted(counts: dict[str, int], rows: int) -> dict[str, int]:
    return {USUAL: max(rows - sum(counts.values()), 0), **counts}
