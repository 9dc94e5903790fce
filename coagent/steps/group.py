"""Process step 2b: a stream's evidence and the state of its group become a new state and news for streams."""

import logging

import msgspec

from coagent.detect.group.add_up import add_up
from coagent.detect.group.detector_status import detectors_due
from coagent.detect.group.group import Group, UnknownGroup, decode, encode
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews

log = logging.getLogger(__name__)


class Added(msgspec.Struct, frozen=True):
    """Send `news` and `detectors` before the state is stored: after a crash the same comes again, by number."""

    state: bytes
    news: list[GroupNews] = []
    detectors: list[Detectors] = []


class GroupStep:
    """Holds nothing: the same state and evidence give the same result in any process."""

    def __call__(self, state: bytes | None, evidence: Evidence) -> Added:
        """`state` is what the group's last call returned, None at first."""
        group = _decoded(state, evidence)
        news = add_up(group, evidence)
        reported = detectors_due(group, evidence)
        return Added(encode(group), news, reported)


def _decoded(state: bytes | None, evidence: Evidence) -> Group:
    if state is None:
        return Group()
    try:
        return decode(state)
    except UnknownGroup as error:
        log.warning("state of the group of %s cannot be read (%s): it starts anew", evidence.stream.label, error)
        return Group()
