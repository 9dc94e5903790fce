"""What people decided about opportunities, and what is held back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from coagent.domain.opportunity import Opportunity
from coagent.domain.segment import Segment

DecisionKind = Literal["approve", "reject", "snooze"]
OpportunityStatus = Literal["open", "held", "approved", "rejected", "snoozed"]


class OpportunityDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word about an opportunity; `id` is the word's. `sequence` and `promised_usd` (a month, expected) are
    those that people saw: a rejection stands until the figures have changed notably, which gives a higher sequence.
    """

    id: str
    opportunity_id: str
    kind: DecisionKind
    by: str
    via: str
    at: datetime
    until: datetime | None
    reason: str
    sequence: int
    promised_usd: Decimal


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An opportunity that could worsen an error budget which burns."""

    opportunity_id: str
    slo: str
    burn_id: str
    since: datetime
    reason: str


class KnownOpportunity(msgspec.Struct, frozen=True, kw_only=True):
    """An opportunity as it stands: `decided` is the newest decision, `status` what is in effect."""

    opportunity: Opportunity
    sequence: int
    status: OpportunityStatus
    found_at: datetime
    decided: OpportunityDecision | None


def accounts_of(opportunity: Opportunity) -> list[Segment]:
    """The accounts that the change touches."""
    return [part.segment for part in opportunity.parts] or [opportunity.segment]


def changes_of(action: Mapping[str, Any]) -> dict[str, Any]:
    """What the patch sets, by JSON pointer."""
    return {one["path"]: one.get("value") for one in action.get("patch", []) if one.get("op") in ("add", "replace")}


def target_of(opportunity: Opportunity) -> dict[str, str]:
    """Where requests go instead: provider, model, endpoint, as far as the change names them; else nothing."""
    changes = changes_of(opportunity.action)
    return {**_named(changes.get("/endpoint"), "endpoint"), **_named(changes.get("/model"), "model")}


def is_trial(opportunity: Opportunity) -> bool:
    """Whether it copies requests (a shadow test) or asks twice (a cascade): its costs a request say nothing."""
    return bool({"/shadow", "/cascade"} & set(changes_of(opportunity.action)))


def _named(value: Any, alone: str) -> dict[str, str]:
    """From `{"provider": …, "model": …}`, or from one name."""
    if isinstance(value, str):
        return {alone: value}
    named = value if isinstance(value, dict) else {}
    return {name: named[name] for name in ("provider", "model", "endpoint") if isinstance(named.get(name), str)}
