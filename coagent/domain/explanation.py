"""A shift and what is around it: who carries it, who else moved, who did not."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from coagent.domain.report import Report, ShiftReport
from coagent.domain.segment import Segment

SAME_TIME = timedelta(minutes=15)
"""Shifts of one provider whose onsets lie no further apart moved together."""


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Another segment of the provider. `requests` were seen of it (None: not known); `shift` names its own shift that
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
    """`shifts` and `requests` (those seen of each segment) may tell of any provider; only the shift's own counts."""
    provider = shift.segment.provider
    moved = {
        one.segment: one.id
        for one in shifts
        if one.segment.provider == provider and abs(one.onset.time - shift.onset.time) <= SAME_TIME
    }
    others = {segment for segment in (*requests, *moved) if segment.provider == provider} - {shift.segment}
    found = [Neighbour(segment=one, requests=requests.get(one), shift=moved.get(one)) for one in others]
    return Explanation(
        shift=shift,
        neighbours=sorted(found, key=lambda one: (one.shift is None, -(one.requests or 0), one.segment.key())),
    )
