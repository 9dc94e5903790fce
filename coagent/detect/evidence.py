"""A candidate as of now, with all that is needed to judge it."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm import Alarm
from coagent.detect.fields import field_counts
from coagent.detect.opinions import opinions
from coagent.detect.rows import Rows
from coagent.detect.signals import COVARIATE, NAMES
from coagent.detect.trace import trace
from coagent.detect.watch import Suspicion, Watch
from coagent.domain.candidate import Candidate, Phase, Sample, SignalEvidence
from coagent.domain.row import RowRef

BLOCK_OF_CAUTION = 2
"""Level of the blocks (64 rows) whose variance is told: about as many rows are looked at to confirm."""
TRAFFIC_WINDOW = 1024
"""A covariate's alarm counts as evidence from so many rows before the onset on."""


def row_ref(rows: Rows, place: int) -> RowRef:
    time = datetime.fromtimestamp(float(rows.times[place]), UTC)
    return RowRef(ordinal=int(rows.ordinals[place]), time=time, request_id=rows.request_ids[place])


def ref_of(watch: Watch, ordinal: int) -> RowRef:
    """The row itself where it is still held, else its ordinal and about its time."""
    if watch.recent.size and ordinal >= watch.recent.ordinals[0]:
        return row_ref(watch.recent, int(np.searchsorted(watch.recent.ordinals, ordinal)))
    return RowRef(ordinal=ordinal, time=datetime.fromtimestamp(watch.places.time_of(ordinal), UTC))


def candidate(watch: Watch, suspicion: Suspicion, phase: Phase, log10_threshold: float) -> Candidate:
    fresh = watch.recent.last(suspicion.fresh) if suspicion.fresh else watch.recent.take(slice(0, 0))
    categories = watch.categories.labels()[: watch.categories_seen] if watch.categories else []
    return Candidate(
        id=f"{watch.segment.id}-{suspicion.raised.ordinal}",
        sequence=suspicion.sequence,
        phase=phase,
        segment=watch.segment,
        onset=suspicion.onset,
        raised=suspicion.raised,
        now=row_ref(watch.recent, -1),
        rows_before=suspicion.rows_before,
        rows_fresh=suspicion.fresh,
        categories=categories,
        evidence=_all_evidence(watch, suspicion, fresh, log10_threshold),
        fields=field_counts(watch.field_values, watch.fields_before, watch.fields_after),
        trace=trace(watch, suspicion, log10_threshold),
    )


def _all_evidence(watch: Watch, suspicion: Suspicion, fresh: Rows, log10_threshold: float) -> list[SignalEvidence]:
    known = [np.isfinite(rows.values).any(axis=1) for rows in (watch.reservoir, watch.suspicious, fresh)]
    return [
        _evidence(watch, int(signal), suspicion, fresh, log10_threshold)
        for signal in np.flatnonzero(np.any(known, axis=0))
    ]


def _evidence(watch: Watch, signal: int, suspicion: Suspicion, fresh: Rows, log10_threshold: float) -> SignalEvidence:
    told = _alarm_of(watch, signal, suspicion)
    caution = float(watch.sensors.variance[signal, BLOCK_OF_CAUTION])
    return SignalEvidence(
        signal=NAMES[signal],
        alarmed=told.raised if told else None,
        onset=told.onset if told else None,
        onset_low=told.low if told else None,
        onset_high=told.high if told else None,
        log10_evidence=told.log10_evidence if told else log10_of(watch.sensors.peak[signal]),
        log10_threshold=log10_threshold + 3.0 * float(watch.wolves[signal]),
        block_rows=round(caution),
        before=_sample(watch.reservoir, signal),
        suspicious=_sample(watch.suspicious, signal),
        fresh=_sample(fresh, signal),
        opinions=opinions(watch, signal, fresh),
        caution=caution,
        cautions=watch.sensors.variance[signal].tolist(),
    )


def _alarm_of(watch: Watch, signal: int, suspicion: Suspicion) -> Alarm | None:
    told = watch.alarms.get(signal)
    if told and COVARIATE[signal] and told.raised.ordinal < suspicion.onset.ordinal - TRAFFIC_WINDOW:
        return None
    return told


def log10_of(evidence: float | np.floating[np.float64 | np.float32]) -> float:  # type: ignore[type-var]
    return float(np.log10(max(float(evidence), 1e-300))) if evidence > 1 else 0.0


def _sample(rows: Rows, signal: int) -> Sample:
    column: NDArray[np.float32] = rows.values[signal]
    known = np.isfinite(column)
    return Sample(
        values=column[known].astype("<f8").tobytes(), categories=rows.categories[known].astype("<u2").tobytes()
    )
