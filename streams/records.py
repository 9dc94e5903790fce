"""Records that more than one stage sends."""

from functools import partial

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.internal_codec import CANDIDATES, DETECTORS, EVIDENCE, GROUP_NEWS
from coagent.adapters.kafka.record import Record
from coagent.domain import topics
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.rollup import Rollup
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


def latest_rollup(rollup: Rollup) -> Latest:
    """Absolute values: of an account's minute only the newest has to leave."""
    return Latest((rollup.segment, rollup.minute, rollup.part), partial(encode_event, rollup))


def latest_detectors(detectors: Detectors) -> Latest:
    return Latest((Detectors, detectors.segment), partial(detectors_record, detectors))
