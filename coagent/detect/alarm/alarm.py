"""An alarm of one signal, or of a declared field."""

import msgspec

from coagent.domain.row import RowRef


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """When it rose, and since when: `low` and `high` bound the onset's ordinal. `signal`: place in
    `coagent.detect.signals.ALARM_NAMES`. `direction`: +1 up, -1 down, 0 for a fact; `mixture`: each bet's share of the
    evidence, empty for a fact. `was` and `now`: values of a declared field, else None.
    """

    signal: int
    raised: RowRef
    onset: RowRef
    low: int
    high: int
    log10_evidence: float
    direction: int = 0
    mixture: list[float] = []
    was: str | None = None
    now: str | None = None
