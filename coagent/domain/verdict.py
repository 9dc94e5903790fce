"""Tests of a change of one's own: two arms compared on what must not get worse, and what was found."""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from coagent.domain.segment import Segment
from coagent.domain.slo import Match

Metric = Literal["success", "quality", "cost", "latency"]
METRICS: tuple[Metric, ...] = ("success", "quality", "cost", "latency")
Mode = Literal["split", "shadow"]
ArmField = Literal[
    "app_version", "variant", "prompt_template", "service_tier", "response_model", "provider", "model", "endpoint"
]
PairBy = Literal["request_id", "prompt_hash", "conversation_id"]
Outcome = Literal["open", "certified", "halted"]
TrialStatus = Literal["running", "certified", "halted", "undecided", "stopped"]
RELATIVE: frozenset[Metric] = frozenset({"cost", "latency"})
"""Their margins and effects are relative (0.1 is 10 %); those of the others are differences (0.02 is 2 points)."""

Alpha = Annotated[float, msgspec.Meta(gt=0, le=0.5)]
Level = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """`margin` is how much worse the candidate may be: a difference of rates or scores, relative for cost and latency.
    Halted is what is proven worse than `halt`. `expected` is how much worse it is expected to be (negative: better):
    the sample size holds for it, the error rates hold whatever the truth is.
    """

    metric: Metric
    margin: float
    halt: float
    expected: float = 0.0


class Arms(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests are whose: those whose `field` has that value; others are in neither."""

    field: ArmField
    control: str
    candidate: str


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A test as it was started. Requests that began at `since` or later count; without a verdict it ends at `ends_at`.
    `pair_by` names what both requests of a pair share, in a shadow test alone.
    """

    id: str
    name: str
    mode: Mode
    pair_by: PairBy | None
    arms: Arms
    match: Match
    margins: tuple[Margin, ...]
    alpha: Alpha
    since: datetime
    ends_at: datetime
    started_at: datetime
    started_by: str
    opportunity_id: str | None = None

    @property
    def segment(self) -> Segment:
        """Where it is shown: what the match does not name is all of it."""
        return self.match.segment


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The interval after so many comparisons; a bound is None where it is not known yet."""

    comparisons: int
    at: datetime
    effect: float
    low: float | None
    high: float | None


class MetricFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One metric as it stands. `effect` is the candidate's value less the control's, relative for cost and latency;
    `low` and `high` bound it at all times together, each with the promised probability. Evidence is an e-value: it
    passes 1/alpha under its null with a probability of at most alpha. Forecasts are None where nothing is known.
    """

    metric: Metric
    outcome: Outcome
    margin: float
    halt: float
    comparisons: int
    control_known: int
    candidate_known: int
    effect: float | None
    low: float | None
    high: float | None
    certify_evidence: float
    halt_evidence: float
    certify_needs: float
    halt_needs: float
    decided_at: datetime | None
    comparisons_left: int | None
    hours_left: float | None
    history: list[Point]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Of pairs, with Wilson's interval at 95 %, which holds for one look at a time fixed before."""

    share: float
    low: float
    high: float


class RoutingBand(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs of which the router was at least so sure, and less than the band above; 0: of the rest."""

    at_least: float
    pairs: int
    right: Share
    over: Share
    under: Share


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """How a router between both arms chose, judged by pairs of which both answers are known. Over-routed: the control
    answered where the candidate would have been good enough; under-routed: the candidate answered, was not, and the
    control would have been. `bands`: the first is all of them. Latency is the router's own, None where unknown.
    """

    bands: list[RoutingBand]
    latency_p50_s: float | None
    latency_p95_s: float | None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A trial and what was found. `sequence` is 0 while it runs, 1 once it has ended."""

    id: str
    sequence: int
    segment: Segment
    trial: Trial
    status: TrialStatus
    control_requests: int
    candidate_requests: int
    unpaired_requests: int
    metrics: list[MetricFigures]
    first_at: datetime | None
    last_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str
    routing: Routing | None = None


def trial_id(name: str, started_at: datetime) -> str:
    """16 hex digits."""
    return hashlib.blake2b(f"verdict/{name}/{started_at.isoformat()}".encode(), digest_size=8).hexdigest()
