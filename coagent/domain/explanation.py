"""A shift and what is around it: who carries it, who else moved, who did not."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

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


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """`neighbours`: those that moved first, then by their requests."""

    shift: ShiftReport
    neighbours: list[Neighbour]

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
