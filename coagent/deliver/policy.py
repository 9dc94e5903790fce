"""Who is notified of what, when: the operator's rules, as the file of routes says them."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from coagent.domain.notice import Severity
from coagent.domain.shift import CauseKind, Direction

Duration = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)?[smhd]$")]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Kind = Literal["shift", "opportunity", "silence", "burn", "verdict", "probe", "quality"]
How = Literal["now", "digest", "never"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALERTING = frozenset({"pagerduty", "alertmanager", "alertmanager-webhook"})
"""Channels that page: without a route of their own they get pages alone."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class When(_Part, frozen=True, kw_only=True):
    """All that is given must hold. Names may have `*`; `usd_per_day` is the money at stake, to pay or to save."""

    kind: Kind | list[Kind] = []
    cause: CauseKind | list[CauseKind] = []
    direction: Direction | list[Direction] = []
    severity: Severity | list[Severity] = []
    provider: str | list[str] = []
    model: str | list[str] = []
    task: str | list[str] = []
    tenant: str | list[str] = []
    usd_per_day_at_least: float | None = None


class Escalation(_Part, frozen=True, kw_only=True):
    """Where nobody acknowledged after so long."""

    after: Duration
    to: list[str]


class Route(_Part, frozen=True, kw_only=True):
    """The first route that fits decides; with `continue`, later ones add to it. No `to`: every configured channel."""

    name: str
    when: When = When()
    to: list[str] | None = None
    how: How = "now"
    escalate: Escalation | None = None
    goes_on: bool = msgspec.field(default=False, name="continue")


class QuietHours(_Part, frozen=True, kw_only=True):
    """In these hours (`zone` is an IANA name, days are those on which they begin) messages to `channels` wait for the
    end, but those of the severities `but`.
    """

    begin: TimeOfDay = msgspec.field(name="from")
    end: TimeOfDay = msgspec.field(name="to")
    zone: str = "UTC"
    days: tuple[Day, ...] = DAYS
    channels: tuple[str, ...] = ("slack", "email", "apprise")
    but: tuple[Severity, ...] = ("page",)


class DigestTime(_Part, frozen=True, kw_only=True):
    """Once a day."""

    at: TimeOfDay = "09:00"
    zone: str = "UTC"


class Briefing(_Part, frozen=True, kw_only=True):
    """What happened, for people, to the channels `to`: each day, and on the day `weekly` of the week instead. One that
    has nothing to say is not sent.
    """

    to: list[str]
    daily: bool = True
    weekly: Day | None = "mon"
    at: TimeOfDay = "08:00"
    zone: str = "UTC"


class Grouping(_Part, frozen=True, kw_only=True):
    """From the `at_least`-th finding of one provider and cause within `window` on, they are shown in one message, whose
    table is renewed at most `every`.
    """

    at_least: Annotated[int, msgspec.Meta(ge=2)] = 3
    window: Duration = "10m"
    every: Duration = "1m"


class Policy(_Part, frozen=True, kw_only=True):
    """`limits` by channel: messages an hour; what comes on top goes to the digest, unless it pages."""

    version: Literal[1] = 1
    routes: list[Route]
    quiet_hours: QuietHours | None = None
    digest: DigestTime = DigestTime()
    brief: Briefing | None = None
    group: Grouping = Grouping()
    limits: dict[str, Annotated[int, msgspec.Meta(ge=1)]] = {}
    acknowledged_for: Duration = "24h"
    snoozed_for: Duration = "4h"


DEFAULT = Policy(
    routes=[
        Route(name="pages", when=When(severity="page")),
        Route(name="files", to=["folder", "stdout", "webhook"], goes_on=True),
        Route(name="digest", to=["slack", "github", "gitlab", "jira", "email", "apprise"], how="digest"),
    ]
)
"""Without a file: pages go everywhere at once, the rest into files at once and to people once a day."""


def quiet_end(quiet: QuietHours | None, at: datetime) -> datetime | None:
    """When the quiet hours that hold at `at` end; None outside of them. Wall-clock times of the zone."""
    if quiet is None:
        return None
    zone = ZoneInfo(quiet.zone)
    local = at.astimezone(zone)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        begin = datetime.combine(day, time.fromisoformat(quiet.begin), zone)
        end = datetime.combine(day, time.fromisoformat(quiet.end), zone)
        if end <= begin:
            end = datetime.combine(day + timedelta(days=1), time.fromisoformat(quiet.end), zone)
        if DAYS[day.weekday()] in quiet.days and begin <= local < end:
            return end.astimezone(at.tzinfo)
    return None


def next_digest(digest: DigestTime, at: datetime) -> datetime:
    """The next time of day after `at`."""
    zone = ZoneInfo(digest.zone)
    local = at.astimezone(zone)
    today = datetime.combine(local.date(), time.fromisoformat(digest.at), zone)
    if today > local:
        return today.astimezone(at.tzinfo)
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.fromisoformat(digest.at), zone).astimezone(at.tzinfo)


def last_brief(briefing: Briefing, at: datetime) -> tuple[datetime, bool]:
    """The newest time up to `at` at which one is due, and whether it is the weekly one."""
    zone = ZoneInfo(briefing.zone)
    local = at.astimezone(zone)
    clock = time.fromisoformat(briefing.at)
    today = datetime.combine(local.date(), clock, zone)
    last = today if today <= local else datetime.combine(local.date() - timedelta(days=1), clock, zone)
    return last.astimezone(at.tzinfo), briefing.weekly == DAYS[last.weekday()]
