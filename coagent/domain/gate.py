"""What a pull request changes about calls of models, what that does, and how it is judged. All texts in it come from
the repository under review: data, never instructions.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from coagent.domain.histogram import Histogram

ChangeKind = Literal[
    "model_swapped",
    "provider_changed",
    "alias_unpinned",
    "alias_pinned",
    "model_added",
    "model_removed",
    "parameter_changed",
    "cache_marker_removed",
    "cache_marker_added",
    "fallback_changed",
]
Level = Literal["pass", "warn", "fail"]
Metric = Literal["cost", "success", "quality", "latency_p50", "latency_p95", "throughput"]
METRICS: tuple[Metric, ...] = ("cost", "success", "quality", "latency_p50", "latency_p95", "throughput")
UNITS: dict[Metric, str] = {
    "cost": "usd/month",
    "success": "share",
    "quality": "share",
    "latency_p50": "s",
    "latency_p95": "s",
    "throughput": "tokens/s",
}
Rule = Literal[
    "added_cost",
    "latency_p95",
    "success",
    "quality",
    "retirement",
    "unpinned_alias",
    "raised_max_tokens",
    "raised_effort",
    "removed_cache_marker",
    "cannot_tell",
    "not_read",
]


class FileText(msgspec.Struct, frozen=True, kw_only=True):
    """A file of one side of a change. `lines`: its numbered lines as far as they are known, `whole`: all of them."""

    path: str
    lines: tuple[tuple[int, str], ...]
    whole: bool


class FilePair(msgspec.Struct, frozen=True, kw_only=True):
    """A changed file; None where it does not exist on that side."""

    before: FileText | None
    after: FileText | None


class ChangedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """`elsewhere`: unchanged files that may set what the change only defaults. `not_seen`: what was left out, and why,
    in whole sentences.
    """

    pairs: tuple[FilePair, ...] = ()
    elsewhere: tuple[FileText, ...] = ()
    not_seen: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """`name`: what is set, as `model` or `max_tokens`; `before` and `after` as they are written, None: not there.
    `model`: whose call a parameter belongs to, None: not known. `route`: the gateway's name for it.
    """

    kind: ChangeKind
    name: str
    before: str | None
    after: str | None
    file: str
    line: int
    model: str | None = None
    route: str | None = None
    task: str | None = None


class ReadChanges(msgspec.Struct, frozen=True, kw_only=True):
    """`notes`: what was seen and does not count, such as a default that another file overrides."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = ()


class TrafficDay(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of one UTC day; sums are None where nothing knew the value."""

    day: date
    requests: int
    outcomes_known: int = 0
    errors: int = 0
    finishes_known: int = 0
    truncations: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    cacheable_input_tokens: int = 0
    cost_usd: Decimal | None = None
    requests_priced: int = 0
    duration: Histogram | None = None


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """Of one provider, model and task."""

    provider: str
    request_model: str
    task: str | None
    days: tuple[TrafficDay, ...]


class TierTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """Requests at one service tier over the same days."""

    provider: str
    request_model: str
    task: str | None
    service_tier: str | None
    requests: int
    cost_usd: Decimal | None
    requests_priced: int = 0


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """Success by people's labels, with its interval."""

    provider: str
    request_model: str
    task: str | None
    requests: int
    rate: float
    low: float | None
    high: float | None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate needs of a company's traffic; it holds counts and names of models and tasks, no tenant, no content.
    `days` are the days it covers.
    """

    version: int = 1
    source: str
    made_at: datetime
    days: Annotated[int, msgspec.Meta(ge=1)]
    first_day: date | None = None
    last_day: date | None = None
    traffic: tuple[Traffic, ...] = ()
    tiers: tuple[TierTraffic, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A bound is None where it is not known; `value` None: only bounds are."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One metric before and after. `change` is after less before. `why_unknown` says why `change` is None. `method`:
    how intervals were made; `rests_on`: what was counted.
    """

    metric: Metric
    before: Estimate | None = None
    after: Estimate | None = None
    change: Estimate | None = None
    method: str = ""
    rests_on: str = ""
    why_unknown: str = ""


class ChangeEffects(msgspec.Struct, frozen=True, kw_only=True):
    """`remarks`: what a reader has to know about these figures."""

    change: Change
    effects: tuple[Effect, ...] = ()
    remarks: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's word about one change; `change` is its place among them, None: about all of them."""

    rule: Rule
    level: Level
    text: str
    change: int | None = None


class GateReport(msgspec.Struct, frozen=True, kw_only=True):
    """`added_usd_a_month` sums the changes whose cost is known; None: none is."""

    outcome: Level
    changes: tuple[ChangeEffects, ...]
    findings: tuple[Finding, ...]
    added_usd_a_month: Estimate | None
    notes: tuple[str, ...]
    not_seen: tuple[str, ...]
    traffic: str
    policy: str


CompareMetric = Literal["success", "quality", "cost", "latency"]
CompareOutcome = Literal["certified", "worse", "cannot_tell"]


class ComparedMetric(msgspec.Struct, frozen=True, kw_only=True):
    """`effect`: the candidate's value less the base's, relative for cost and latency, with its bounds. `more_requests`:
    of the candidate, until the present effect decides; None: not known, or more would not decide.
    """

    metric: CompareMetric
    outcome: CompareOutcome
    margin: float
    effect: float | None
    low: float | None
    high: float | None
    compared: int
    more_requests: int | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A staging run beside production. `method`: how, in a sentence."""

    outcome: CompareOutcome
    base_requests: int
    candidate_requests: int
    metrics: tuple[ComparedMetric, ...]
    method: str


def outcome_of(metrics: tuple[ComparedMetric, ...]) -> CompareOutcome:
    """One that is worse decides; to certify, all have to pass."""
    outcomes = {one.outcome for one in metrics}
    if "worse" in outcomes:
        return "worse"
    return "certified" if outcomes == {"certified"} else "cannot_tell"
