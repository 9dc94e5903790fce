"""What several streams of one provider and model say to each other, by way of their group.

Each stream sends what its rows say (`coagent.evidence.v2`, keyed by provider and model); the group adds it up and says
each stream what it has to do (`coagent.groups.v1`, keyed by stream).
"""

import msgspec

from coagent.domain.segment import Segment


class SignalSums(msgspec.Struct, frozen=True, array_like=True):
    """Of one signal: how many rows, and for each bet the sum of the logarithms of their densities, float32
    little-endian.
    """

    rows: int
    logs: bytes


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A stream's rows from ordinal `since` to before `until`; no `signals` where it only says that it exists.

    `time_s`: of its latest row, epoch seconds. `promise_rows`: rows between false alarms that the operator allows the
    fleet. `early`: signals that it had from its first rows on. `begins_anew`: nothing that it reported before may be
    counted together with this. `louder`: how often a false alarm raised each signal's limit.
    """

    stream: Segment
    since: int
    until: int
    time_s: float
    promise_rows: float
    begins_anew: bool = False
    early: list[str] = []
    signals: dict[str, SignalSums] = {}
    louder: dict[str, int] = {}


class GroupAlarm(msgspec.Struct, frozen=True, array_like=True):
    """Of one signal, in all streams of a group together. `direction`: +1 up, -1 down; `mixture`: each bet's share of
    the evidence; `since_s`: the change began after this time, epoch seconds.
    """

    signal: str
    direction: int
    mixture: list[float]
    log10_evidence: float
    since_s: float


class GroupNews(msgspec.Struct, frozen=True, kw_only=True):
    """To one stream: it is one of several, and, where there are `alarms`, its rows may have changed as the others' did.

    `number` grows with each alarm of a group: what comes again is reported by it.
    """

    stream: Segment
    number: int = 0
    alarms: list[GroupAlarm] = []
