"""A segment's detectors as people see them: told when something notable changed, and now and then."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.detect.evidence import BLOCK_OF_CAUTION, log10_of
from coagent.detect.muting import ALL
from coagent.detect.signals import COVARIATE, NAMES, values
from coagent.detect.told import digest_of
from coagent.detect.watch import Watch
from coagent.domain.detector import Detector, Detectors, DetectorStatus

ROUNDED = 4
"""Digits that people read."""


def detectors_due(watch: Watch, config: DetectConfig, time_s: float) -> list[Detectors]:
    """All detectors, where something notable changed since they were told last, or so many rows or seconds passed.
    `time_s`: of the latest row, epoch s.
    """
    told = watch.control.told.renewed(watch.rows_seen, time_s, _digest(watch, config))
    if told is None:
        return []
    watch.control.told = told
    return [_detectors(watch, config)]


def _digest(watch: Watch, config: DetectConfig) -> bytes:
    suspected = watch.suspicion or watch.control.settled
    raised = suspected.raised.ordinal if suspected else None
    decided = (config.threshold, watch.control.muted_until, raised, watch.suspicion is None, watch.gapless_from)
    return digest_of(decided, (watch.sensors.active, watch.sensors.alarmed, watch.wolves))


def _detectors(watch: Watch, config: DetectConfig) -> Detectors:
    needed = needed_evidence(watch, config)
    return Detectors(
        segment=watch.segment,
        sequence=watch.control.told.sequence,
        time=datetime.fromtimestamp(watch.control.told.time_s, UTC),
        rows_seen=watch.rows_seen,
        promise_rows=config.threshold,
        muted_until=_until(watch, ALL),
        detectors=[_detector(watch, int(signal), float(needed[signal])) for signal in _shown(watch)],
    )


def _shown(watch: Watch) -> list[int]:
    """Signals that are sensed, or have values and will be."""
    if watch.categories is None:
        waiting = np.isfinite(values(watch.waiting_raw, watch.prices, by_chars=False)).any(axis=1)
    else:
        waiting = watch.late_known > 0
    return np.flatnonzero((watch.sensors.active == 1) | waiting).tolist()


def needed_evidence(watch: Watch, config: DetectConfig) -> NDArray[np.float64]:
    """What each signal's evidence has to pass to raise an alarm by itself, shape (signals,); a covariate's to be told.

    The mean of evidence over signals, each by its weight, passes the threshold then; so this is its run length too.
    """
    weight = np.where(COVARIATE, 1.0, watch.sensors.weight)
    with np.errstate(divide="ignore"):
        return np.where(COVARIATE, watch.sensors.limit, config.threshold / weight)


def _detector(watch: Watch, signal: int, needed: float) -> Detector:
    sensors, promised = watch.sensors, bool(watch.sensors.active[signal])
    return Detector(
        signal=NAMES[signal],
        status=_status(watch, signal),
        promise_rows=needed if promised else None,
        log10_needed=round(float(np.log10(needed)), ROUNDED) if promised else None,
        log10_evidence=round(log10_of(sensors.stat[signal]), ROUNDED),
        log10_peak=round(log10_of(sensors.peak[signal]), ROUNDED),
        budget_share=0.0 if COVARIATE[signal] else round(float(sensors.weight[signal]), ROUNDED),
        reference_rows=int(sensors.totals[signal].sum()),
        caution=round(float(sensors.variance[signal, BLOCK_OF_CAUTION]), ROUNDED),
        wolves=int(watch.wolves[signal]),
        muted_until=_until(watch, NAMES[signal]),
    )


def _status(watch: Watch, signal: int) -> DetectorStatus:
    if not watch.sensors.active[signal]:
        return "warming_up"
    return "suspicious" if watch.sensors.alarmed[signal] else "watching"


def _until(watch: Watch, name: str) -> datetime | None:
    known = [until for key, until in watch.control.muted_until.items() if key in {name, ALL}]
    return datetime.fromtimestamp(max(known), UTC) if known else None
