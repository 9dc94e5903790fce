"""A pool's detectors as people see them: told when something notable changed, and now and then."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.detect.detectors import ROUNDED
from coagent.detect.evidence import log10_of
from coagent.detect.pool.candidate import LEVEL_OF_CAUTION
from coagent.detect.pool.lifecycle import FEWEST_MEMBERS, HELD, OPEN, factor, weights
from coagent.detect.pool.pool import Pool
from coagent.detect.signals import COVARIATE, NAMES
from coagent.detect.told import digest_of
from coagent.domain.detector import Detector, Detectors, DetectorStatus

STATUS: dict[int, DetectorStatus] = {0: "watching", OPEN: "suspicious", HELD: "told"}


def detectors_due(pool: Pool, config: DetectConfig) -> list[Detectors]:
    """All detectors, where something notable changed since they were told last, or so many rows or seconds passed."""
    if pool.now is None or len(pool.members) < FEWEST_MEMBERS:
        return []
    told = pool.told.renewed(pool.rows_seen, pool.now.time.timestamp(), _digest(pool))
    if told is None:
        return []
    pool.told = told
    return [_detectors(pool, config)]


def _digest(pool: Pool) -> bytes:
    """Without the threshold: each partition that the segments come from hears of a new rate at a time of its own."""
    suspicion, statistics = pool.suspicion, pool.statistics
    decided = suspicion and (suspicion.raised.ordinal, suspicion.sole)
    return digest_of(decided, (statistics.known > 0, statistics.alarmed, statistics.wolves))


def _detectors(pool: Pool, config: DetectConfig) -> Detectors:
    shares = weights(pool)
    needed = _needed(pool, config, shares)
    return Detectors(
        segment=pool.segment,
        sequence=pool.told.sequence,
        time=datetime.fromtimestamp(pool.told.time_s, UTC),
        rows_seen=pool.rows_seen,
        promise_rows=config.pool_threshold,
        muted_until=None,
        detectors=[
            _detector(pool, signal, float(needed[signal]), float(shares[signal]))
            for signal in np.flatnonzero(pool.statistics.known).tolist()
        ],
    )


def _needed(pool: Pool, config: DetectConfig, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each signal's evidence has to pass to raise an alarm by itself, shape (signals,); a covariate's to be told.
    It is the average run length of such alarms too.
    """
    with np.errstate(divide="ignore"):
        return config.pool_threshold * np.where(COVARIATE, factor(pool), 1 / shares)


def _detector(pool: Pool, signal: int, needed: float, share: float) -> Detector:
    statistics = pool.statistics
    return Detector(
        signal=NAMES[signal],
        status=STATUS[int(statistics.alarmed[signal])],
        promise_rows=needed,
        log10_needed=round(float(np.log10(needed)), ROUNDED),
        log10_evidence=round(log10_of(statistics.stat[signal]), ROUNDED),
        log10_peak=round(log10_of(statistics.peak[signal]), ROUNDED),
        budget_share=round(share, ROUNDED),
        reference_rows=int(statistics.known[signal]),
        caution=round(float(statistics.variance[signal, LEVEL_OF_CAUTION]), ROUNDED),
        wolves=int(statistics.wolves[signal]),
        muted_until=None,
    )
