"""Process step 2b: a batch's evidence and the state of its pool become a new state, candidates and detectors."""

import logging
from collections import OrderedDict

import msgspec

from coagent.detect.config import DetectConfig
from coagent.detect.pool.codec import UnknownState, decode, encode
from coagent.detect.pool.detectors import detectors_due
from coagent.detect.pool.feed import feed
from coagent.detect.pool.pool import Pool
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence
from coagent.domain.segment import Segment

log = logging.getLogger(__name__)

CACHED_POOLS = 64
"""Decoded states kept in this process, the most recently used."""


class Pooled(msgspec.Struct, frozen=True):
    """Send what it holds before the state is stored: after a crash the same comes again, under the same ids."""

    state: bytes
    candidates: list[Candidate] = []
    detectors: list[Detectors] = []


class PoolStep:
    """Holds no state of its own but a cache: the same state and evidence give the same result in any process."""

    def __init__(self, config: DetectConfig) -> None:
        self._config = config
        self._live: OrderedDict[Segment, tuple[bytes | None, Pool]] = OrderedDict()

    def __call__(self, state: bytes | None, evidence: Evidence) -> Pooled:
        """`state` is what the pool's last call returned, None at first. Rows that it has seen before change nothing."""
        pool = self._load(state, evidence.segment.pool)
        config = self._config.measured(evidence.rows_per_month)
        told = feed(pool, evidence, config)
        detectors = [] if told is None else detectors_due(pool, config)
        stored = encode(pool) if told is not None or state is None else state
        self._live[pool.segment] = stored, pool
        if len(self._live) > CACHED_POOLS:
            self._live.popitem(last=False)
        return Pooled(stored, told or [], detectors)

    def _load(self, state: bytes | None, segment: Segment) -> Pool:
        """Taken out of the cache while it changes, so that an error half-way leaves nothing wrong behind."""
        data, pool = self._live.pop(segment, (None, None))
        if pool is not None and data == state:
            return pool
        if state is not None:
            try:
                return decode(state, segment)
            except UnknownState as error:
                log.warning("state of pool %s cannot be read (%s): it starts anew", segment.label, error)
        return Pool(segment)
