"""An alarm of one signal."""

import msgspec

from coagent.domain.row import RowRef


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """When it rose, and since when: `low` and `high` bound the onset's ordinal. `direction`: +1 up, -1 down, 0 for what
    is a fact; `mixture`: each bet's share of the evidence, empty for a fact.
    """

    signal: int
    raised: RowRef
    onset: RowRef
    low: int
    high: int
    log10_evidence: float
    direction: int = 0
    mixture: list[float] = []
