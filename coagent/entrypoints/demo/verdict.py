"""What the demo promises, checked against the recorded truth."""

from collections.abc import Sequence
from dataclasses import dataclass

from coagent.domain.shift import Shift

WITHIN_ROWS = 150
PAGING = ("provider", "client")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`false_alarms` counts whatever was reported of the null run and what paged before the change.

    `onset_error_rows` is estimate minus truth, `raised_after_rows` the rows seen from the change to the alarm.
    """

    shift: Shift | None
    onset_error_rows: int | None
    raised_after_rows: int | None
    false_alarms: int

    @property
    def in_time(self) -> bool:
        """Whether the swap was found within WITHIN_ROWS."""
        late = self.raised_after_rows
        return late is not None and 0 <= late <= WITHIN_ROWS

    @property
    def kept(self) -> bool:
        """Found in time, and the unchanged stream stayed quiet."""
        return self.in_time and self.false_alarms == 0


def judge(swap: Sequence[Shift], null: Sequence[Shift], request_ids: Sequence[str], change_at_row: int) -> Verdict:
    """`swap` and `null`: the newest state of every shift reported of the two streams."""
    row = {request_id: number for number, request_id in enumerate(request_ids)}
    early = [s for s in swap if s.cause.family in PAGING and row.get(s.raised.request_id or "", -1) < change_at_row]
    found = [s for s in swap if s.cause.family == "provider" and s not in early]
    if not found:
        return Verdict(None, None, None, len(null) + len(early))
    first = min(found, key=lambda shift: row[shift.raised.request_id or ""])
    onset = row.get(first.onset.request_id or "")
    return Verdict(
        shift=first,
        onset_error_rows=None if onset is None else onset - change_at_row,
        raised_after_rows=row[first.raised.request_id or ""] - change_at_row,
        false_alarms=len(null) + len(early),
    )
