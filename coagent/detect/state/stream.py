"""What is known of one stream."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.constants import REMEMBERED
from coagent.detect.cost import Costs
from coagent.detect.fields import FIELDS, FieldValues
from coagent.detect.report_schedule import Reported
from coagent.detect.row_times import Places
from coagent.detect.rows import Rows, no_rows
from coagent.detect.sensor.state import SensorState
from coagent.detect.signals import COUNT
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment


class Suspicion(msgspec.Struct, array_like=True):
    """An alarm of the segment that is not settled yet. `rows_before` is the frozen reference's size, `sequence` that
    of the last snapshot, `fresh` the number of rows since the alarm. Once somebody `accepted` it, nothing more is
    reported of it: its rows become the reference as soon as they are enough.
    """

    onset: RowRef
    raised: RowRef
    rows_before: int
    sequence: int = 0
    fresh: int = 0
    accepted: bool = False


class PartSuspicion(msgspec.Struct, array_like=True):
    """An alarm of a task or tenant alone. `signal`: place among all watched ones; `direction` and `mixture` of its
    evidence as of `Alarm`; `rows_before`: the part's until the onset; `fresh`: its rows since the alarm. `over`: it was
    reported to its end, still to be accepted.
    """

    part: tuple[int, str]
    signal: int
    onset: RowRef
    raised: RowRef
    rows_before: int
    log10_evidence: float
    log10_threshold: float
    direction: int
    mixture: list[float]
    sequence: int = 0
    fresh: int = 0
    accepted: bool = False
    over: bool = False


class MutedPart(msgspec.Struct, array_like=True):
    """Rows of one task, of one tenant, or of one tenant's task: until when (epoch s) which of their signals are muted,
    "" for all of them. None: whatever task or tenant.
    """

    task: str | None
    tenant: str | None
    muted_until: dict[str, float]


class Control(msgspec.Struct, array_like=True):
    """What people decided: ids of the commands obeyed, the newest last; until when (epoch s) which signals are muted,
    "" for all of them, in the whole stream and in parts of it. `settled` is the last suspicion that was reported to
    its end, still to be accepted. `reported`: what people know of the detectors.
    """

    obeyed: list[str] = []
    muted_until: dict[str, float] = {}
    settled: Suspicion | None = None
    reported: Reported = msgspec.field(default_factory=Reported)
    muted_parts: list[MutedPart] = []


def _empty() -> Rows:
    return no_rows(COUNT, len(FIELDS))


def _no_fields() -> NDArray[np.int64]:
    return np.zeros((len(FIELDS), REMEMBERED), np.int64)


@dataclass(slots=True)
class Watch:
    """`rows_seen` is the next row's ordinal, `segment` the stream. The reference has no gap from `gapless_from` on;
    `reference_rows` counts it, `reservoir` is a sample of it, `fields_before` counts its fields' values. `suspicious`
    rows lie between onset and alarm. `recent_costs` are those of the rows in `recent`. `part` is the alarm of a part
    alone, `part_rows` its latest fresh rows. `review`: the state of whoever samples requests for review.
    """

    segment: Segment
    rows_seen: int = 0
    sensor: SensorState = field(default_factory=SensorState)
    places: Places = field(default_factory=Places)
    recent: Rows = field(default_factory=_empty)
    reservoir: Rows = field(default_factory=_empty)
    suspicious: Rows = field(default_factory=_empty)
    field_values: FieldValues = field(default_factory=FieldValues.none)
    fields_before: NDArray[np.int64] = field(default_factory=_no_fields)
    fields_after: NDArray[np.int64] = field(default_factory=_no_fields)
    reference_rows: int = 0
    gapless_from: int = 0
    alarms: dict[int, Alarm] = field(default_factory=dict)
    suspicion: Suspicion | None = None
    control: Control = field(default_factory=Control)
    costs: Costs = field(default_factory=Costs)
    recent_costs: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    part: PartSuspicion | None = None
    part_rows: Rows = field(default_factory=_empty)
    review: bytes = b""
