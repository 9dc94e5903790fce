"""A candidate as of now, with all that is needed to judge it."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.alarm.evidence_trace import trace
from coagent.detect.alarm.facts import fact_evidence
from coagent.detect.alarm.parts import part_evidence
from coagent.detect.alarm.row_refs import row_ref
from coagent.detect.alarm.second_opinions import opinions
from coagent.detect.alarm.thin_parts import thin_parts
from coagent.detect.config import DetectConfig
from coagent.detect.constants import MOST_GROUPS, SUSPICIOUS_ROWS
from coagent.detect.cost import cost_evidence
from coagent.detect.fields import field_counts
from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.dead_band import measured_wander
from coagent.detect.sensor.direction import traffic_moved
from coagent.detect.sensor.feed import raised_limits
from coagent.detect.sensor.normal_scores import INPUT_LENGTH, OUTPUT_TOKENS, SENSOR_OF, categories_of
from coagent.detect.sensor.parts import DIMENSIONS, busiest
from coagent.detect.sensor.sensed import IS_TRAFFIC
from coagent.detect.sensor.state import SensorState
from coagent.detect.signals import ALARM_NAMES, COUNT, NAMES
from coagent.detect.state.stream import Suspicion, Watch
from coagent.domain.candidate import CAUTION_ROWS, Candidate, PartEvidence, Phase, Sample, SignalEvidence


def candidate(watch: Watch, suspicion: Suspicion, phase: Phase, config: DetectConfig) -> Candidate:
    fresh = watch.recent.last(suspicion.fresh) if suspicion.fresh else watch.recent.take(slice(0, 0))
    leading = next(iter(watch.alarms), None)
    moved = next((signal for signal in watch.alarms if signal < COUNT), None)
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
        categories=[],
        evidence=_all_evidence(watch, fresh, config),
        fields=field_counts(watch.field_values, watch.fields_before, watch.fields_after),
        facts=fact_evidence(watch),
        trace=trace(watch, suspicion, config.log10_threshold),
        signal=ALARM_NAMES[leading] if leading is not None else "",
        parts=_parts(watch, moved, fresh, config),
        cost=cost_evidence(watch.costs, watch.places),
    )


def _parts(watch: Watch, moved: int | None, fresh: Rows, config: DetectConfig) -> list[PartEvidence]:
    """With groups of their own, then without."""
    found = part_evidence(watch, moved, fresh, config)
    listed = busiest(watch.sensor.groups.keys, watch.sensor.parts.group_rows, most=MOST_GROUPS * len(DIMENSIONS))
    return [*found, *thin_parts(watch, moved, joined([watch.suspicious, fresh]), listed)]


def _all_evidence(watch: Watch, fresh: Rows, config: DetectConfig) -> list[SignalEvidence]:
    known = [np.isfinite(rows.values).any(axis=1) for rows in (watch.reservoir, watch.suspicious, fresh)]
    return [_evidence(watch, int(signal), fresh, config) for signal in np.flatnonzero(np.any(known, axis=0))]


def _evidence(watch: Watch, signal: int, fresh: Rows, config: DetectConfig) -> SignalEvidence:
    alarm, sensor = _alarm_of(watch, signal, config), SENSOR_OF.get(signal)
    cautions = [1.0] if sensor is None else cautions_of(watch.sensor, sensor)
    caution = float(np.interp(SUSPICIOUS_ROWS, CAUTION_ROWS, cautions)) if sensor is not None else 1.0
    peak = 0.0 if sensor is None else log10_of(watch.sensor.evidence.peak[sensor])
    return SignalEvidence(
        signal=NAMES[signal],
        alarmed=alarm.raised if alarm else None,
        onset=alarm.onset if alarm else None,
        onset_low=alarm.low if alarm else None,
        onset_high=alarm.high if alarm else None,
        log10_evidence=alarm.log10_evidence if alarm else peak,
        log10_threshold=_log10_limit(watch, sensor, config),
        block_rows=round(caution),
        before=_sample(watch, watch.reservoir, signal),
        suspicious=_sample(watch, watch.suspicious, signal),
        fresh=_sample(watch, fresh, signal),
        opinions=opinions(watch, signal, fresh),
        caution=caution,
        cautions=cautions if sensor is not None else [],
        direction=alarm.direction if alarm else 0,
    )


def _alarm_of(watch: Watch, signal: int, config: DetectConfig) -> Alarm | None:
    """Input lengths raise none themselves, but count as moved where they have."""
    if signal == INPUT_LENGTH and traffic_moved(watch.sensor, config.threshold):
        now = row_ref(watch.recent, -1)
        peak = log10_of(watch.sensor.evidence.peak[SENSOR_OF[signal]])
        return Alarm(signal, now, now, watch.gapless_from, now.ordinal, peak)
    return watch.alarms.get(signal)


def _log10_limit(watch: Watch, sensor: int | None, config: DetectConfig) -> float:
    if sensor is None or IS_TRAFFIC[sensor]:
        return config.log10_threshold
    return float(np.log10(raised_limits(watch.sensor, config.threshold)[sensor]))


def cautions_of(sensor: SensorState, signal: int) -> list[float]:
    """How many times as much means over CAUTION_ROWS rows of the reference vary as independent rows would let them."""
    wander = measured_wander(signal, sensor.wander)
    return [1 + rows * wander**2 for rows in CAUTION_ROWS]


def log10_of(evidence: float | np.floating[np.float64 | np.float32]) -> float:  # type: ignore[type-var]
    return float(np.log10(max(float(evidence), 1e-300))) if evidence > 1 else 0.0


def _sample(watch: Watch, rows: Rows, signal: int) -> Sample:
    column: NDArray[np.float32] = rows.values[signal]
    known = np.isfinite(column)
    categories = categories_of(watch, SENSOR_OF.get(signal, SENSOR_OF[OUTPUT_TOKENS]), rows)[known]
    return Sample(values=column[known].astype("<f8").tobytes(), categories=categories.astype("<u2").tobytes())
