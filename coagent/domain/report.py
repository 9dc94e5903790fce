"""What an analysis of log files found: encodes to the JSON that `coagent analyze --json` prints."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

import msgspec

from coagent.domain.gate import Traffic
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Effort, Opportunity, OpportunityPart
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import (
    Cause,
    CostChange,
    DeclaredChange,
    Direction,
    Dismissed,
    Effect,
    Hold,
    Part,
    Shift,
    SignalChange,
    Status,
    Summary,
    nan_for_null,
)
from coagent.domain.trace import Trace


class Rejections(msgspec.Struct, frozen=True):
    """Records refused for one reason; `first` is the place of the first one, as `file:line` or `file#element`, `detail`
    what was expected there and what was found.
    """

    reason: str
    count: int
    first: str
    detail: str = ""


class Skips(msgspec.Struct, frozen=True):
    """Records, or parts of them, that are well formed and make no request, such as a span of another library."""

    reason: str
    count: int
    first: str


class Notes(msgspec.Struct, frozen=True):
    """Things of accepted requests that are not read or not believed; the requests count without them."""

    reason: str
    count: int
    first: str
    detail: str = ""


class Records(msgspec.Struct, frozen=True):
    """`read` counts lines, or elements of an array; one may hold many requests, accepted, rejected or skipped one by
    one.
    """

    read: int
    accepted: int
    rejected: int
    rejections: list[Rejections]
    skipped: list[Skips] = []
    noted: list[Notes] = []


class Percentiles(msgspec.Struct, frozen=True):
    """None where unknown."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


class SegmentReport(msgspec.Struct, frozen=True, kw_only=True):
    """`cost_usd` sums the requests of known price; `success_rate` is of those whose outcome is known."""

    segment: Segment
    requests: int
    cost_usd: Decimal | None
    duration_s: Percentiles
    success_rate: float | None


SpendBy = Literal["model", "task", "tenant"]


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """What one model, task or tenant (`name`, None: unknown) cost: `cost_usd` sums the requests of known price, None:
    none has one; `requests_unpriced` counts those that did not fail and have none.
    """

    by: SpendBy
    name: str | None
    requests: int
    requests_unpriced: int
    cost_usd: Decimal | None
    cost_usd_per_1k_requests: Decimal | None


class ModelReport(msgspec.Struct, frozen=True, kw_only=True):
    """A model on a task, as in `insights.model_scorecard`; unknown is None."""

    provider: str
    request_model: str
    task: str | None
    requests: int
    success_rate: float | None
    duration_s: Percentiles
    time_to_first_token_s: Percentiles
    cost_usd: Decimal | None
    cost_usd_per_1k_requests: Decimal | None
    requests_unpriced: int
    cached_input_share: float | None


class Place(msgspec.Struct, frozen=True):
    """A row as people find it again; `row` counts the segment's rows from 0, None where that is not known."""

    time: datetime
    request_id: str | None
    row: int | None = None

    @classmethod
    def of(cls, row: RowRef) -> "Place":
        return cls(row.time, row.request_id, row.ordinal)


class SignalReport(msgspec.Struct, frozen=True, kw_only=True):
    """See `coagent.domain.shift.SignalChange`."""

    name: str
    before: Summary
    after: Summary
    effect: Effect
    p_value: float | None
    q_value: float | None
    unit: str = ""
    moved: bool = True
    direction: Direction = "neither"

    @classmethod
    def of(cls, change: SignalChange) -> "SignalReport":
        return cls(**{name: getattr(change, name) for name in cls.__struct_fields__})


class ShiftReport(msgspec.Struct, frozen=True, kw_only=True):
    """See `coagent.domain.shift.Shift`."""

    id: str
    segment: Segment
    status: Status
    onset: Place
    raised: Place
    signals: list[SignalReport]
    cause: Cause
    page: bool = False
    onset_low: int | None = None
    onset_high: int | None = None
    alarm: Place | None = None
    updated: Place | None = None
    evidence: Trace | None = None
    direction: Direction = "neither"
    held_because: list[Hold] = []
    parts: list[Part] = []
    cost: CostChange | None = None
    declared: list[DeclaredChange] = []

    @classmethod
    def of(cls, shift: Shift) -> "ShiftReport":
        return cls(
            id=shift.id,
            segment=shift.segment,
            status=shift.status,
            onset=Place.of(shift.onset),
            raised=Place.of(shift.raised),
            signals=[SignalReport.of(change) for change in shift.signals],
            cause=shift.cause,
            page=shift.page,
            onset_low=shift.onset_low,
            onset_high=shift.onset_high,
            alarm=Place.of(shift.alarm) if shift.alarm else None,
            updated=Place.of(shift.updated),
            evidence=shift.evidence,
            direction=shift.direction,
            held_because=shift.held_because,
            parts=shift.parts,
            cost=shift.cost,
            declared=shift.declared,
        )


class DismissedReport(msgspec.Struct, frozen=True, kw_only=True):
    """See `coagent.domain.shift.Dismissed`."""

    segment: Segment
    signal: str
    raised: Place
    why: str

    @classmethod
    def of(cls, dismissed: Dismissed) -> "DismissedReport":
        return cls(
            segment=dismissed.segment,
            signal=dismissed.signal,
            raised=Place.of(dismissed.raised),
            why=dismissed.why,
        )


class OpportunityReport(msgspec.Struct, frozen=True, kw_only=True):
    """See `coagent.domain.opportunity.Opportunity`."""

    id: str
    kind: str
    segment: Segment
    title: str
    monthly_savings_usd: MoneyRange
    assumptions: list[str]
    evidence: list[dict[str, Any]]
    action: dict[str, Any]
    risk: str
    validation: str
    price_version: str | None = None
    alone_savings_usd: MoneyRange | None = None
    parts: list[OpportunityPart] = []
    benefit: str | None = None
    effort: Effort = "medium"
    wrong_if: str = ""
    sample_size: int | None = None

    @classmethod
    def of(cls, opportunity: Opportunity) -> "OpportunityReport":
        return cls(**{name: getattr(opportunity, name) for name in cls.__struct_fields__})


WhyUnpriced = Literal[
    "no_price",
    "no_batch_price",
    "prepaid_capacity",
    "no_token_counts",
    "incomplete_token_counts",
    "contradictory_counts",
    "unread_usage",
    "in_doubt",
]
"""Only the first two are cured by a price."""


class UnpricedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model with answered requests whose cost is not known, for one reason; `requests` counts them."""

    provider: str
    request_model: str
    requests: int
    why: WhyUnpriced = "no_price"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The newest state of everything, in a stable order: the same files give the same bytes. `traffic`: sums and
    histograms by model, task and day, for `coagent gate --report`.
    """

    records: Records
    segments: list[SegmentReport]
    shifts: list[ShiftReport]
    dismissed: list[DismissedReport]
    opportunities: list[OpportunityReport]
    unpriced: list[UnpricedModel] = []
    spend: list[Spend] = []
    scorecard: list[ModelReport] = []
    traffic: list[Traffic] = []

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Inverse of `to_json`, also of what an older version wrote; raises msgspec.DecodeError."""
        plain = msgspec.json.decode(data, type=dict[str, Any])
        for shift in plain.get("shifts", ()):
            shift["signals"] = nan_for_null(shift["signals"])
            shift["parts"] = nan_for_null(shift.get("parts", []))
        return msgspec.convert(plain, cls)

    def to_json(self) -> bytes:
        """Indented JSON with a final line end; money as numbers, unknowns as null."""
        return msgspec.json.format(msgspec.json.Encoder(decimal_format="number").encode(self), indent=1) + b"\n"
