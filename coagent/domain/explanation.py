"""A shift and what is around it: who carries it, who else moved, who did not."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from coagent.domain.probe import ProbeOutcome
from coagent.domain.quality_change import QualityChange
from coagent.domain.report import Report, ShiftReport
from coagent.domain.segment import ALL, Segment

SAME_TIME = timedelta(minutes=15)
"""Shifts of one provider whose onsets lie no further apart moved together."""


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Another stream of the provider. `requests` were seen of it (None: not known); `shift` names its own shift that
    began about the same time, None where it did not move.
    """

    segment: Segment
    requests: int | None
    shift: str | None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a shift has come: requests of its stream and their cost, from the minute of the onset to its end, or so
    far. `cost_usd` is None where no price is known; `priced` counts the requests behind it. `last_seen`: the newest
    minute with such a request. `muted_until`: the stream, or a part of it, is muted.
    """

    requests: int
    cost_usd: Decimal | None
    priced: int
    last_seen: datetime | None
    ended_at: datetime | None
    muted_until: datetime | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A command that a person gave about a shift's stream; `at` is its own time. Task and tenant of `segment` name the
    part that is meant, None all. `ended_at` and `ended_by` are of a mute. `refused`: why it was not obeyed.
    """

    id: str
    kind: str
    at: datetime
    by: str
    reason: str
    segment: Segment
    signals: list[str] = []
    muted_until: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    obeyed_at: datetime | None = None
    refused: str | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """`neighbours`: those that moved first, then by their requests. `decisions`: oldest first. `progress` is None where
    only a report is known. `probes`: batches of active probes that were compared with it, oldest first. `qualities`:
    changes of its stream's success rate, by people's labels, while it was open, oldest first.
    """

    shift: ShiftReport
    neighbours: list[Neighbour]
    progress: Progress | None = None
    decisions: list[Decision] = []
    probes: list[ProbeOutcome] = []
    qualities: list[QualityChange] = []

    def to_json(self) -> bytes:
        """Indented JSON with a final line end; unknowns as null."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def explained(shift: ShiftReport, report: Report) -> Explanation:
    """A shift of a report, among the segments and shifts that the report knows."""
    return explanation(shift, report.shifts, {one.segment: one.requests for one in report.segments})


def explanation(
    shift: ShiftReport, shifts: Iterable[ShiftReport], requests: Mapping[Segment, int | None]
) -> Explanation:
    """`shifts` and `requests` (those seen of each segment) may be of any provider; only the shift's own counts."""
    provider = shift.segment.provider
    seen = _by_stream(requests)
    moved = {
        one.segment.stream: one.id
        for one in shifts
        if one.segment.provider == provider and abs(one.onset.time - shift.onset.time) <= SAME_TIME
    }
    others = {stream for stream in (*seen, *moved) if stream.provider == provider and not _within(stream, shift)}
    found = [Neighbour(segment=one, requests=seen.get(one), shift=moved.get(one)) for one in others]
    return Explanation(
        shift=shift,
        neighbours=sorted(found, key=lambda one: (one.shift is None, -(one.requests or 0), one.segment.key())),
    )


def _by_stream(requests: Mapping[Segment, int | None]) -> dict[Segment, int | None]:
    """Accounts are counted, streams are sensed: what one account does is no news of another of its stream."""
    seen: dict[Segment, int | None] = {}
    for segment, count in requests.items():
        known = seen.get(segment.stream)
        seen[segment.stream] = count if known is None else known + (count or 0)
    return seen


def _within(stream: Segment, shift: ShiftReport) -> bool:
    """The shift's own stream; all of its model's where it was seen in many together."""
    own = shift.segment
    return stream == own.stream or (own.tenant == ALL and stream.request_model == own.request_model)
