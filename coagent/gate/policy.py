"""What a company lets a pull request do: `.coagent/gate.yaml`, checked field by field."""

from typing import Annotated

import msgspec

from coagent.domain.gate import Level

Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`limit_s`: most seconds of the 95th percentile after the change; `worse_by`: most relative increase."""

    limit_s: Positive | None = None
    worse_by: Positive | None = None


class QualityMargins(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Most points lost of the success rate, and of the success by people's labels; 0.02 is 2 points."""

    success: Share | None = 0.02
    reviewed: Share | None = 0.03


class CompareMargins(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For `coagent gate compare`: most points lost, or relative increase; None: not compared."""

    success: Share | None = 0.02
    quality: Share | None = None
    cost: Positive | None = 0.1
    latency: Positive | None = 0.2
    alpha: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.05


class GatePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that is None does not judge; levels say what a rule does that has no figure."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1)] = 1
    max_added_usd_a_month: Annotated[float, msgspec.Meta(ge=0)] | None = 500.0
    p95: Limits = Limits(worse_by=0.2)
    quality: QualityMargins = QualityMargins()
    retirement_days: Days | None = 90
    retirement: Level = "fail"
    unpinned_alias: Level = "warn"
    raised_max_tokens: Level = "warn"
    raised_effort: Level = "warn"
    removed_cache_marker: Level = "fail"
    cannot_tell: Level = "warn"
    not_read: Level = "warn"
    compare: CompareMargins = CompareMargins()
