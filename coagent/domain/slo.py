"""Service level objectives, how fast their error budgets burn, and a burn as a finding."""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from coagent.domain.segment import ALL, Segment

Indicator = Literal["success_rate", "latency", "time_to_first_token", "cost", "quality"]
"""What is good: a success; an answer, a first token within `bound` seconds; requests at most `bound` USD each; quality
scores of at least `bound`.
"""
ACCOUNT = ("provider", "model", "endpoint", "task", "tenant")
NAMED = (*ACCOUNT, "tier")
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is given must hold. Names may have `*`."""

    provider: str | None = None
    model: str | None = None
    endpoint: str | None = None
    task: str | None = None
    tenant: str | None = None
    tier: str | None = None

    @property
    def given(self) -> dict[str, str]:
        return {name: pattern for name in NAMED if (pattern := getattr(self, name)) is not None}

    def fits(self, account: Segment) -> bool:
        """Whether all that is given holds; what is unknown of the account fits nothing. An account may use any tier.

        >>> Match(model="gpt-*").fits(Segment("openai", "gpt-5")), Match(tenant="*").fits(Segment("openai", "gpt-5"))
        (True, False)
        """
        names = (account.provider, account.request_model, account.endpoint, account.task, account.tenant)
        values = dict(zip(ACCOUNT, names, strict=True))
        return all(_fits(pattern, values[name]) for name, pattern in self.given.items() if name in values)

    @property
    def segment(self) -> Segment:
        """Where a burn is shown: what is not named is all of it."""
        return Segment(self.provider or ALL, self.model or ALL, self.endpoint, self.task, self.tenant)


def _fits(pattern: str, value: str | None) -> bool:
    """`*` is anything, every other character itself."""
    return value is not None and bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.DOTALL))


class BurnWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Fires where the budget burns `rate` times as fast as it may, over both windows."""

    long_s: int
    short_s: int
    rate: float
    page: bool


class Slo(msgspec.Struct, frozen=True, kw_only=True):
    """`objective` is the share of requests that have to be good within `window_s`; the rest is the error budget."""

    name: str
    indicator: Indicator
    bound: float | None
    objective: Share
    window_s: int
    match: Match
    windows: list[BurnWindow]
    min_events: int
    description: str = ""

    @property
    def budget(self) -> float:
        """Share of requests that may be bad."""
        return 1 - self.objective


class Bucket(msgspec.Struct, frozen=True):
    """Events that started within `length_s` from `start` on, and how many of them were bad."""

    start: datetime
    length_s: int
    events: int
    bad: int


class BurnRate(msgspec.Struct, frozen=True, kw_only=True):
    """A window's figures: times the allowed speed, None without events; `chance` of as many bad ones if the objective
    were just met.
    """

    window: BurnWindow
    long_rate: float | None
    short_rate: float | None
    events: int
    bad: int
    chance: float | None
    fires: bool


class SloStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`budget_left` is a share, negative once overspent, None without events. `exhausted_at` is when it is used up at
    the speed of the last hours, None: it is already, or not within the window.
    """

    slo: Slo
    at: datetime
    events: int
    bad: int
    budget_left: float | None
    exhausted_at: datetime | None
    burn_rates: list[BurnRate]

    @property
    def burning(self) -> list[BurnRate]:
        """Windows that fire, the fastest first."""
        return [one for one in self.burn_rates if one.fires]


class Burn(msgspec.Struct, frozen=True, kw_only=True):
    """An error budget that burns too fast: open from `began_at`, the first time that a window fired, until none has for
    a while. It pages until no window that pages has fired for a while (`last_paging_at`). `fastest` is the fastest
    window as last shown.
    """

    id: str
    sequence: int
    segment: Segment
    slo: Slo
    status: Literal["open", "recovered"]
    page: bool
    began_at: datetime
    last_fired_at: datetime
    last_paging_at: datetime | None
    ended_at: datetime | None
    fastest: BurnRate
    budget_left: float | None
    exhausted_at: datetime | None


def burn_id(slo: str, began_at: datetime) -> str:
    """16 hex digits: evaluating again finds the same burn."""
    return hashlib.blake2b(f"burn/{slo}/{began_at.isoformat()}".encode(), digest_size=8).hexdigest()
