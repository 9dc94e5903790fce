"""What was read of a topic and what became of it: what travels on `coagent.intake.v1`."""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.rejected import Origin

IntakeKind = Literal["skipped", "rejected", "noted"]


class ReasonCount(msgspec.Struct, frozen=True, kw_only=True):
    """Records, or parts of records, of one reason; `detail` is the first one's, empty where a kind has none."""

    kind: IntakeKind
    reason: str
    count: int
    first: Origin
    last: Origin
    detail: str = ""


class TopicIntake(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one process since it began. `read` counts messages, which hold any number of records each; `last` is
    the last message read. What is accepted may be noted as well, several times; it counts as accepted once.
    """

    topic: str
    read: int
    accepted: int
    last: Origin
    reasons: list[ReasonCount] = []


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one process, named `run`, as of its announcement `sequence`: a higher one replaces a lower one, so
    that a message that comes twice counts once. The sum over all runs is what was read, but for a crash: what is
    read again counts in both runs, what was read in the seconds before it may be in none.
    """

    run: str
    sequence: int
    at: datetime
    counts: TopicIntake

    @property
    def id(self) -> str:
        """The key of what is replaced."""
        return f"{self.run}/{self.counts.topic}"
