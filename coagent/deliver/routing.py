"""Where an insight goes, and why."""

from collections.abc import Collection, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec

from coagent.deliver.policy import ALERTING, Escalation, How, Policy, QuietHours, Route, When, quiet_end
from coagent.deliver.subject import severity_of
from coagent.domain.conversation import Subject
from coagent.domain.insight import Insight
from coagent.domain.notice import Severity


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Channels that get it at once, channels that get it in the digest, the route's name, and the reasons in words."""

    now: list[str]
    digest: list[str]
    route: str
    escalate: Escalation | None
    why: list[str]


def decide(policy: Policy, insight: Insight, subject: Subject, configured: Collection[str]) -> Decision:
    """`configured` names the channels that exist; a route's channel that does not is left out and said so."""
    severity = severity_of(subject)
    found: list[tuple[Route, list[str]]] = []
    why: list[str] = []
    for route in policy.routes:
        misfit = misfit_of(route.when, insight, subject, severity)
        if misfit:
            why.append(f"route {route.name!r} does not fit: {misfit}")
            continue
        channels, missing = _channels(route, severity, configured)
        why += [f"route {route.name!r} names {name}, which is not configured" for name in missing]
        why.append(f"route {route.name!r} fits: {_says(route.how, channels)}")
        found.append((route, channels))
        if not route.goes_on:
            break
    return Decision(
        now=_unique(found, "now"),
        digest=[name for name in _unique(found, "digest") if name not in _unique(found, "now")],
        route=", ".join(route.name for route, _ in found),
        escalate=next((route.escalate for route, _ in found if route.escalate), None),
        why=why if found else [*why, "no route fits: nobody is notified"],
    )


def misfit_of(when: When, insight: Insight, subject: Subject, severity: Severity) -> str | None:
    """What does not fit, None where everything does."""
    segment = insight.segment
    exact: dict[str, tuple[str | Sequence[str], str | None]] = {
        "kind": (when.kind, insight.kind),
        "cause": (when.cause, subject.cause),
        "direction": (when.direction, subject.direction),
        "severity": (when.severity, severity),
    }
    named: dict[str, tuple[str | Sequence[str], str | None]] = {
        "provider": (when.provider, segment.provider),
        "model": (when.model, segment.request_model),
        "task": (when.task, segment.task),
        "tenant": (when.tenant, segment.tenant),
    }
    for name, (wanted, value) in exact.items():
        if wanted and value not in _listed(wanted):
            return f"{name} is {value or 'unknown'}"
    for name, (patterns, value) in named.items():
        if patterns and not any(fnmatchcase(value or "", pattern) for pattern in _listed(patterns)):
            return f"{name} is {value or 'unknown'}"
    least, usd = when.usd_per_day_at_least, subject.usd_per_day
    if least is not None and (usd is None or abs(usd) < least):
        return f"money at stake is {'unknown' if usd is None else f'{abs(usd):,.2f} USD per day'}"
    return None


def due(quiet: QuietHours | None, channel: str, severity: Severity, at: datetime) -> datetime | None:
    """When a message may go out; None: at once."""
    if quiet is None or severity in quiet.but or not matches(channel, quiet.channels):
        return None
    return quiet_end(quiet, at)


def matches(channel: str, names: Sequence[str]) -> bool:
    """A name stands for itself, and a kind for all its targets."""
    return channel in names or channel.partition(":")[0] in names


def _channels(route: Route, severity: Severity, configured: Collection[str]) -> tuple[list[str], list[str]]:
    if route.to is None:
        quiet = [name for name in configured if severity == "page" or name.partition(":")[0] not in ALERTING]
        return quiet, []
    kinds = {name.partition(":")[0] for name in configured}
    known = [name for name in route.to if name in configured or (":" in name and name.partition(":")[0] in kinds)]
    return known, [name for name in route.to if name not in known]


def _unique(found: list[tuple[Route, list[str]]], how: How) -> list[str]:
    return list(dict.fromkeys(name for route, names in found if route.how == how for name in names))


def _says(how: How, channels: list[str]) -> str:
    named = ", ".join(channels) or "no channel"
    return {"now": f"{named}, at once", "digest": f"{named}, in the digest", "never": "nobody is notified"}[how]


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
