"""A confirmed change, its size and its cause; or the candidate that proved to be none."""

import math
from datetime import datetime
from typing import Any, Literal

import msgspec

from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.trace import Trace

Family = Literal["provider", "client", "traffic", "unknown"]
Status = Literal["open", "recovered", "accepted"]
CauseKind = Literal[
    "declared_version",
    "silent_version",
    "quantization_or_stack",
    "capacity",
    "price",
    "policy",
    "truncation",
    "deploy",
    "traffic_mix",
    "unknown",
]


Direction = Literal["worse", "better", "neither", "mixed"]
"""For the people who use the answers. `neither`: different, and nobody can say whether that hurts. `mixed`: better in
some signals, worse or unlike before in others.
"""
Hold = Literal[
    "muted",
    "too_small",
    "not_worse",
    "cause_unknown",
    "traffic",
    "own_deploy",
    "mix_leaning",
    "already_paged",
    "recently_paged",
    "waiting_for_rows",
    "ended",
]
"""Why a shift does not page. One vocabulary for `explain`, SQL and routes."""


QUANTILES = tuple(step / 20 for step in range(21))
"""From the least value to the greatest, every twentieth of the rows."""


class Summary(msgspec.Struct, frozen=True):
    """`median` in the signal's unit; for a binary signal the share of rows in which it occurred. `quantiles` are those
    of the shares QUANTILES, to four significant digits; empty for a binary signal and where they are unknown.
    """

    n: int
    median: float
    quantiles: list[float] = []


FIGURES = ("before", "after", "effect")


def nan_for_null(signals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Signals or parts from JSON with unknown figures as NaN, which JSON cannot hold, for null."""
    return [{**one, **{name: _nan_for_null(one[name]) for name in FIGURES if one.get(name)}} for one in signals]


def _nan_for_null(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: math.nan if value is None else value for key, value in figures.items()}


class Effect(msgspec.Struct, frozen=True):
    """An effect size (`cliffs_delta` or `risk_difference`) with its 95 % interval."""

    name: str
    value: float
    low: float
    high: float


class SignalChange(msgspec.Struct, frozen=True, kw_only=True):
    """`p_value` is tested on fresh rows only, None while they are too few; `q_value` is its Benjamini-Hochberg twin.

    `moved` is the one answer to "did it change?"; `direction` is `neither` where it did not.
    """

    name: str
    unit: str
    before: Summary
    after: Summary
    effect: Effect
    p_value: float | None
    q_value: float | None
    moved: bool = True
    direction: Direction = "neither"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the stream, by task or tenant. `requests` since the onset; `effect` as of Cliff's delta on the leading
    signal, like compared with like, None where the part has too few rows. `carries`: the change is in it.
    """

    dimension: Literal["task", "tenant"]
    name: str | None
    requests: int
    effect: Effect | None
    carries: bool | None


class CostChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the change costs (positive) or saves (negative) at the traffic of the last week, with its 95 % interval.

    `usd_per_day` is None where no price is known; `priced_share` is the share of successful requests with one.
    """

    requests_per_day: float
    usd_per_day: float | None
    low: float | None
    high: float | None
    priced_share: float


class Cause(msgspec.Struct, frozen=True):
    """Who changed what, how sure that is (0 to 1), and the reasons in plain words, strongest first."""

    family: Family
    kind: CauseKind
    confidence: float
    because: list[str]


class DeclaredChange(msgspec.Struct, frozen=True):
    """A field in which the provider says itself what served the request: its value before, None where it had none, and
    after.
    """

    field: str
    before: str | None
    after: str | None


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One open shift a segment and family, updated in place under one `id`; `sequence` grows with each update.

    `alarm` is the row at which the evidence passed the threshold, `raised` the row of its first report or page,
    `evidence` the way to both. `signals` are all that are watched, those that moved first. `page` is true where
    `held_because` is empty; once it has ended, both stay as last reported.
    """

    id: str
    sequence: int
    segment: Segment
    status: Status
    onset: RowRef
    onset_low: int
    onset_high: int
    raised: RowRef
    updated: RowRef
    signals: list[SignalChange]
    cause: Cause
    page: bool
    alarm: RowRef | None = None
    evidence: Trace | None = None
    direction: Direction = "neither"
    held_because: list[Hold] = []
    parts: list[Part] = []
    cost: CostChange | None = None
    declared: list[DeclaredChange] = []

    @property
    def ended_at(self) -> datetime | None:
        """Start of the request with which it ended, never before the moments that led to it; None while it is open."""
        if self.status == "open":
            return None
        return max(self.onset.time, self.raised.time, self.updated.time)


class Dismissed(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that was too small to matter or ended before it was reported; `held_because` names which."""

    id: str
    sequence: int
    segment: Segment
    signal: str
    raised: RowRef
    why: str
    held_because: list[Hold] = []
