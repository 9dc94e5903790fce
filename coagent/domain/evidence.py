"""What a batch of one segment says to the pool of its provider and model: `coagent.evidence.v1`.

Ranks have one law in every segment, whatever the unit: uniform where nothing changed. So a batch needs to send on only
how often they fell into each of a few dozen cells (`coagent.detect.pool.cells` has their bounds), and many thin
segments together show what none of them sees alone.
"""

import msgspec

from coagent.domain.row import RowRef
from coagent.domain.segment import Segment

Counts = dict[int, int]
"""How often each cell was met; those that were not are left out."""


class SignalCounts(msgspec.Struct, frozen=True, array_like=True):
    """Ranks of one signal's known values by cell. For a binary signal also in how many rows it occurred, and in how
    many of them the segment's reference let expect it; both 0 for others.
    """

    signal: str
    cells: Counts
    hits: int = 0
    expected: float = 0.0


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Rows `first` to `last` of a segment, each of them told in this way once.

    `began_s` is the time of the segment's first row, epoch s: it names this life of the segment's state, which begins
    anew where it was lost. `reference_rows` is the size of its reference. `alarmed` are the signals of which the
    segment itself had an alarm in these rows; while it is open they have no counts, nor have signals that are still
    learning. `unusual` counts, by declared or deploy field, the values that were rare in the segment before.
    `rows_per_month` is the fleet's rate as far as it was measured.
    """

    segment: Segment
    began_s: float
    first: int
    last: RowRef
    reference_rows: int
    signals: list[SignalCounts]
    alarmed: list[str] = []
    unusual: dict[str, dict[str, int]] = {}
    rows_per_month: float | None = None

    @property
    def rows(self) -> int:
        return self.last.ordinal - self.first + 1
