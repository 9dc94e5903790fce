"""A pool's detectors as people see them: told when something notable changed, and now and then."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.detect.detectors import EVERY_ROWS, EVERY_S, ROUNDED
from coagent.detect.evidence import log10_of
from coagent.detect.pool.candidate import LEVEL_OF_CAUTION
from coagent.detect.pool.lifecycle import FEWEST_MEMBERS, OPEN, factor, weights
from coagent.detect.pool.pool import Pool
from coagent.detect.signals import COVARIATE, NAMES
from coagent.detect.watch import Told
from coagent.domain.detector import Detector, Detectors
from coagent.domain.row import RowRef


def detectors_due(pool: Pool, config: DetectConfig) -> list[Detectors]:
    """All detectors, where something notable changed since they were told last, or so many rows or seconds passed."""
    if pool.now is None or len(pool.members) < FEWEST_MEMBERS:
        return []
    told, digest, time_s = pool.told, _digest(pool, config), pool.now.time.timestamp()
    grown = pool.rows_seen - told.rows >= min(max(told.rows, 1), EVERY_ROWS)
    if digest == told.digest and not grown and abs(time_s - told.time_s) < EVERY_S:
        return []
    pool.told = Told(told.sequence + 1, pool.rows_seen, time_s, digest)
    return [_detectors(pool, pool.now, config)]


def _digest(pool: Pool, config: DetectConfig) -> bytes:
    """Of what people would want to know at once."""
    suspicion = pool.suspicion
    decided = (config.pool_threshold, suspicion and (suspicion.raised.ordinal, suspicion.sole))
    notable = hashlib.blake2b(repr(decided).encode(), digest_size=8)
    for array in (pool.statistics.known > 0, pool.statistics.alarmed, pool.statistics.wolves):
        notable.update(array.tobytes())
    return notable.digest()


def _detectors(pool: Pool, now: RowRef, config: DetectConfig) -> Detectors:
    needed = _needed(pool, config)
    return Detectors(
        segment=pool.segment,
        sequence=pool.told.sequence,
        time=now.time,
        rows_seen=pool.rows_seen,
        promise_rows=config.pool_threshold,
        muted_until=None,
        detectors=[
            _detector(pool, int(signal), float(needed[signal])) for signal in np.flatnonzero(pool.statistics.known)
        ],
    )


def _needed(pool: Pool, config: DetectConfig) -> NDArray[np.float64]:
    """What each signal's evidence has to pass to raise an alarm by itself, shape (signals,); a covariate's to be told.
    It is the average run length of such alarms too.
    """
    with np.errstate(divide="ignore"):
        return config.pool_threshold * np.where(COVARIATE, factor(pool), 1 / weights(pool))


def _detector(pool: Pool, signal: int, needed: float) -> Detector:
    statistics = pool.statistics
    return Detector(
        signal=NAMES[signal],
        status="suspicious" if statistics.alarmed[signal] == OPEN else "watching",
        promise_rows=needed,
        log10_needed=round(float(np.log10(needed)), ROUNDED),
        log10_evidence=round(log10_of(statistics.stat[signal]), ROUNDED),
        log10_peak=round(log10_of(statistics.peak[signal]), ROUNDED),
        budget_share=round(float(weights(pool)[signal]), ROUNDED),
        reference_rows=int(statistics.known[signal]),
        caution=round(float(statistics.variance[signal, LEVEL_OF_CAUTION]), ROUNDED),
        wolves=int(statistics.wolves[signal]),
        muted_until=None,
    )
