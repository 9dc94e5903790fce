"""Records that more than one stage sends."""

from collections.abc import Callable, Sequence

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.internal_codec import CANDIDATES, DETECTORS, EVIDENCE, GROUP_NEWS, REVIEW_POOLS
from coagent.adapters.kafka.record import Record
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from streams.group_commit import Latest


def candidate_record(candidate: Candidate) -> Record:
    """Keyed by provider, where it is judged beside its neighbours."""
    key = candidate.segment.provider.encode()
    return Record(topics.CANDIDATES, key, CANDIDATES.encode(candidate), CANDIDATES.headers)


def detectors_record(detectors: Detectors) -> Record:
    """Keyed by the segment or pool: newer ones replace older ones."""
    return Record(topics.DETECTORS, detectors.segment.key(), DETECTORS.encode(detectors), DETECTORS.headers)


def evidence_record(evidence: Evidence) -> Record:
    """Keyed by provider and model, where all their streams are added up."""
    return Record(topics.EVIDENCE, evidence.stream.pool.key(), EVIDENCE.encode(evidence), EVIDENCE.headers)


def news_record(news: GroupNews) -> Record:
    """Keyed by the stream that it is for."""
    return Record(topics.GROUPS, news.stream.key(), GROUP_NEWS.encode(news), GROUP_NEWS.headers)


def latest_rollups(stream: Segment, take: Callable[[], Sequence[Rollup]]) -> Latest:
    """Absolute values: of an account's minute only the newest has to leave."""
    return Latest((Rollup, stream), lambda: [encode_event(rollup) for rollup in take()])


def latest_detectors(detectors: Detectors) -> Latest:
    return Latest((Detectors, detectors.segment), lambda: [detectors_record(detectors)])


def review_record(pool: ReviewPool) -> Record | Latest:
    """Counts alone are absolute, so only the newest have to leave; entries stand in one message each."""
    if pool.entries:
        return _review_record(pool)
    return Latest((ReviewPool, pool.segment, pool.day, pool.part), lambda: [_review_record(pool)])


def _review_record(pool: ReviewPool) -> Record:
    return Record(topics.REVIEW, pool.segment.key(), REVIEW_POOLS.encode(pool), REVIEW_POOLS.headers)
