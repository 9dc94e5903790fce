"""What people decide, and what the agent measured: the one way upstream, `coagent.control.v1`.

JSON, one object a message, keyed by `key()` and partitioned like Java's clients do (murmur2), so that a command meets
the state it is for. Anybody may send one; what cannot be obeyed becomes a dead letter with its reason.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from coagent.domain.errors import CoagentError
from coagent.domain.segment import Segment
from coagent.domain.signal import BY_NAME

FLEET_KEY = b"(fleet)"
"""Key of what concerns all segments of a partition: such a message goes to every partition by its number."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
RowsPerMonth = Annotated[float, msgspec.Meta(gt=0, le=1e15)]
Row = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """`id` makes it happen once however often it comes; who said it, when, and why, is for people."""

    id: Id
    at: Instant
    by: Text
    reason: Text = ""
    version: Literal[1] = 1


class _ToSegment(_Said, frozen=True):
    segment: Segment
    """Its stream is meant. Task and tenant matter to a mute and its end alone: they name a part of the stream."""

    @property
    def part(self) -> tuple[str | None, str | None] | None:
        """Task and tenant; None for the whole stream."""
        named = (self.segment.task, self.segment.tenant)
        return None if named == (None, None) else named

    def key(self) -> bytes:
        return self.segment.stream.key()


class Accept(_ToSegment, frozen=True, tag="accept"):
    """What is open becomes the new reference. `shift` is its id, `row` the last row that it covers as people saw it:
    what was raised later is not meant. None: whatever is open.
    """

    shift: str | None = None
    row: Row | None = None


class Mute(_ToSegment, frozen=True, tag="mute"):
    """Alarms suppressed, baseline frozen: requests that start before `until` raise none and teach nothing; they are
    counted. `signals` names those that are meant, none: all. Where the segment names a task or a tenant, only its
    requests are meant, and the stream's others are watched on.
    """

    until: Instant
    signals: list[str] = []


class Unmute(_ToSegment, frozen=True, tag="unmute"):
    """`signals` names those that are meant, none: all. Without a task or tenant it ends the mutes of all parts too."""

    signals: list[str] = []


class Reset(_ToSegment, frozen=True, tag="reset"):
    """Detection starts anew, as if the segment had just appeared; counts of requests go on."""


class Rate(_Said, frozen=True, tag="rate"):
    """Rows a month in the whole fleet, as measured: thresholds follow from it."""

    rows_per_month: RowsPerMonth

    def key(self) -> bytes:
        return FLEET_KEY


ToSegment = Accept | Mute | Unmute | Reset
Command = Accept | Mute | Unmute | Reset | Rate


class SaidCommand(msgspec.Struct, frozen=True):
    """A command and where on `coagent.control.v1` it was said."""

    command: Command
    cluster: str
    partition: int
    offset: int


class Refused(CoagentError):
    """A command that cannot be obeyed; `reason` is a short stable slug for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def known_signals(names: list[str]) -> list[str]:
    """The names themselves; raises Refused where one is no signal."""
    unknown = sorted(set(names) - set(BY_NAME))
    if unknown:
        raise Refused("unknown_signal", f"{', '.join(unknown)}: signals are {', '.join(BY_NAME)}")
    return names
