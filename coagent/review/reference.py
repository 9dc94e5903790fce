"""Which days of a stream say how it was, by what is known of its changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coagent.review.change import Known


@dataclass(frozen=True, slots=True)
class OpenChange:
    """`found_on`: the day whose labels found it; `began`: its first day, by estimate; `rate`: since then, as found."""

    found_on: datetime
    began: datetime
    rate: float


@dataclass(frozen=True, slots=True)
class Reference:
    """`since`: the first day of the newest accepted change: what was before it counts no more. `over`: of changes that
    ended by themselves the first day and the day on which they ended: those between count for neither side.
    """

    since: datetime | None = None
    over: tuple[tuple[datetime, datetime], ...] = ()
    current: OpenChange | None = None

    def counts(self, day: datetime, as_of: datetime) -> bool:
        """Whether the day does, looked at on the day `as_of`."""
        if self.since is not None and day < self.since <= as_of:
            return False
        return not any(first <= day < end <= as_of for first, end in self.over)

    def known(self, days: Sequence[datetime]) -> Known | None:
        """The change that is open on the last of the days."""
        current = self.current
        if current is None or days[-1] < current.found_on:
            return None
        began = sum(day < current.began for day in days)
        return Known(began, current.rate)
