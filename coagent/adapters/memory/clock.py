"""ports.Clock that stands still."""

from datetime import datetime, timedelta


class FixedClock:
    """Gives the same moment (aware UTC) until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by
