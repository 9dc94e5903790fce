"""A stream's detectors as people see them: reported when something notable changed, and now and then."""

import math
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.candidate import cautions_of, log10_of
from coagent.detect.config import DetectConfig
from coagent.detect.constants import CUTS, DIGITS, SUSPICIOUS_ROWS, TRAFFIC_POWER
from coagent.detect.muting import ALL
from coagent.detect.report_schedule import digest_of
from coagent.detect.sensor.feed import budget_shares, raised_limits
from coagent.detect.sensor.sensed import IS_TRAFFIC, NAMES
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import CAUTION_ROWS
from coagent.domain.detector import Detector, Detectors, DetectorStatus


def detectors_due(watch: Watch, config: DetectConfig, time_s: float) -> list[Detectors]:
    """All detectors, where something notable changed since they were reported last, or so many rows or seconds passed.
    `time_s`: of the latest row, epoch s.
    """
    reported = watch.control.reported.renewed(watch.rows_seen, time_s, _digest(watch, config))
    if reported is None:
        return []
    watch.control.reported = reported
    return [_detectors(watch, config)]


def _digest(watch: Watch, config: DetectConfig) -> bytes:
    suspected = watch.suspicion or watch.control.settled
    raised = suspected.raised.ordinal if suspected else None
    control = watch.control
    muted = (control.muted_until, control.muted_parts)
    decided = (config.threshold, muted, control.obeyed[-1:], raised, watch.suspicion is None, watch.gapless_from)
    return digest_of(decided, (watch.sensor.early, watch.sensor.alarmed, watch.sensor.louder))


def _detectors(watch: Watch, config: DetectConfig) -> Detectors:
    seen = watch.sensor.reference.totals.sum(axis=1)
    figures = zip(
        seen.tolist(), needed_evidence(watch, config).tolist(), budget_shares(watch.sensor).tolist(), strict=True
    )
    return Detectors(
        segment=watch.segment,
        sequence=watch.control.reported.sequence,
        time=datetime.fromtimestamp(watch.control.reported.time_s, UTC),
        rows_seen=watch.rows_seen,
        promise_rows=config.threshold,
        muted_until=_until(watch, ALL),
        detectors=[_detector(watch, sensor, *found) for sensor, found in enumerate(figures) if found[0]],
        obeyed=watch.control.obeyed,
    )


def needed_evidence(watch: Watch, config: DetectConfig) -> NDArray[np.float64]:
    """What each sensor's evidence has to pass to raise an alarm, shape (sensors,); of input lengths, to count as moved.

    So many rows are its run length too.
    """
    own = raised_limits(watch.sensor, config.threshold)
    return np.where(IS_TRAFFIC, config.threshold**TRAFFIC_POWER, own)


def _detector(watch: Watch, sensor: int, rows: int, needed: float, share: float) -> Detector:
    """`share`: of the budget."""
    state = watch.sensor
    promised = state.rows >= CUTS[0]
    cautions = cautions_of(state, sensor)
    return Detector(
        signal=NAMES[sensor],
        status=_status(watch, sensor),
        promise_rows=needed if promised else None,
        log10_needed=round(math.log10(needed), DIGITS) if promised else None,
        log10_evidence=round(log10_of(state.evidence.mean[sensor]), DIGITS),
        log10_peak=round(log10_of(state.evidence.peak[sensor]), DIGITS),
        budget_share=round(share, DIGITS),
        reference_rows=rows,
        caution=round(float(np.interp(SUSPICIOUS_ROWS, CAUTION_ROWS, cautions)), DIGITS),
        false_alarms=int(state.louder[sensor]),
        muted_until=_until(watch, NAMES[sensor]),
    )


def _status(watch: Watch, sensor: int) -> DetectorStatus:
    if watch.sensor.alarmed[sensor]:
        return "suspicious"
    return "warming_up" if watch.sensor.rows < CUTS[0] else "watching"


def _until(watch: Watch, name: str) -> datetime | None:
    known = [until for key, until in watch.control.muted_until.items() if key in {name, ALL}]
    return datetime.fromtimestamp(max(known), UTC) if known else None
