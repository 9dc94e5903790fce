"""What happened in a span of time, as far as people care: figures and names for a brief."""

from datetime import datetime
from decimal import Decimal

import msgspec


class BriefChange(msgspec.Struct, frozen=True, kw_only=True):
    """A shift that began, ended or is open in the span. `usd_per_day` is what it costs (negative: saves), None where no
    price is known; `accepted_by` None where nobody accepted it.
    """

    id: str
    service: str
    headline: str
    status: str
    page: bool
    direction: str
    onset_at: datetime
    reported_at: datetime
    ended_at: datetime | None = None
    usd_per_day: float | None = None
    accepted_by: str | None = None


class BriefSilence(msgspec.Struct, frozen=True, kw_only=True):
    """An account that stopped, or coagent's own backlog. `returned_at` is None while it lasts."""

    id: str
    headline: str
    noticed_at: datetime
    returned_at: datetime | None = None


class BriefQuality(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a stream's success rate, by people's labels, that was found, ended or is open in the span."""

    id: str
    headline: str
    status: str
    page: bool
    since: datetime
    ended_at: datetime | None = None


class BriefBurn(msgspec.Struct, frozen=True, kw_only=True):
    """An error budget that burns too fast now. `budget_left` is a share, negative once overspent."""

    name: str
    budget_left: float | None
    since: datetime | None


class BriefDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided, and about what."""

    kind: str
    by: str
    at: datetime
    about: str
    reason: str = ""


class BriefSaving(msgspec.Struct, frozen=True, kw_only=True):
    """What an opportunity saved in the span, beside what was promised; None where it is not known."""

    opportunity_id: str
    title: str
    realised_usd: Decimal | None
    promised_usd: Decimal | None


class BriefOpportunity(msgspec.Struct, frozen=True, kw_only=True):
    """One that nobody has decided on."""

    id: str
    title: str
    monthly_savings_usd: Decimal
    found_at: datetime


class BriefTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """Requests and what they cost, by the hours of the span; USD is None where no price is known, never 0."""

    requests: int = 0
    usd: Decimal | None = None
    unpriced: int = 0


class BriefFacts(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` to `until`; `before` is the traffic of the span of the same length before it."""

    since: datetime
    until: datetime
    traffic: BriefTraffic
    before: BriefTraffic
    changes: list[BriefChange] = []
    silences: list[BriefSilence] = []
    burns: list[BriefBurn] = []
    qualities: list[BriefQuality] = []
    decisions: list[BriefDecision] = []
    savings: list[BriefSaving] = []
    opportunities: list[BriefOpportunity] = []
    parked_messages: int = 0
