"""Reads the file of routes; what is wrong is named with its line and the reason."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from coagent.deliver.policy import ALERTING, Policy, Route
from coagent.yaml_file import YamlFile

KINDS = frozenset({
    "slack", "github", "gitlab", "jira", "pagerduty", "alertmanager", "alertmanager-webhook", "webhook", "email",
    "apprise", "folder", "stdout",
})  # fmt: skip
"""Channels that a route may name, with a target after a colon where they have one: `slack:#ops`."""


def read_policy(text: str, name: str) -> Policy:
    """Raises Fatal: `routes.yaml:7: routes[0].to[1]: no channel 'slak' (channels: …)`."""
    file = YamlFile(text, name)
    policy = file.convert(Policy)
    for path, reason in _problems(policy):
        raise file.wrong(path, reason)
    return policy


def _problems(policy: Policy) -> Iterator[tuple[str, str]]:
    """What fits the types and is still wrong."""
    for place, route in enumerate(policy.routes):
        yield from _route(f"$.routes[{place}]", route)
    names = [route.name for route in policy.routes]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"$.routes[{place}].name", f"a route {name!r} is there already: names are used once"
    for place, route in enumerate(policy.routes[:-1]):
        if not route.goes_on and route.when == type(route.when)():
            yield f"$.routes[{place + 1}]", f"never reached: route {route.name!r} before it fits everything"
    for channel in policy.limits:
        yield from _channel(f"$.limits.{channel}", channel)
    for place, channel in enumerate(policy.brief.to if policy.brief else ()):
        yield from _channel(f"$.brief.to[{place}]", channel)
        if channel.partition(":")[0] in ALERTING:
            yield f"$.brief.to[{place}]", f"{channel} pages people: a brief belongs in a channel that they read"
    yield from _times(policy)


def _route(path: str, route: Route) -> Iterator[tuple[str, str]]:
    for place, channel in enumerate(route.to or ()):
        yield from _channel(f"{path}.to[{place}]", channel)
    for place, channel in enumerate(route.escalate.to if route.escalate else ()):
        yield from _channel(f"{path}.escalate.to[{place}]", channel)


def _channel(path: str, channel: str) -> Iterator[tuple[str, str]]:
    if channel.partition(":")[0] not in KINDS:
        yield path, f"no channel {channel!r} (channels: {', '.join(sorted(KINDS))})"


def _times(policy: Policy) -> Iterator[tuple[str, str]]:
    quiet = policy.quiet_hours
    zones = [("$.digest.zone", policy.digest.zone), *([("$.quiet_hours.zone", quiet.zone)] if quiet else [])]
    zones += [("$.brief.zone", policy.brief.zone)] if policy.brief else []
    for path, zone in zones:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            yield path, f"no time zone {zone!r}: IANA names such as Europe/Berlin or UTC"
    for place, channel in enumerate(quiet.channels if quiet else ()):
        yield from _channel(f"$.quiet_hours.channels[{place}]", channel)
    if quiet and quiet.begin == quiet.end:
        yield "$.quiet_hours.to", "quiet hours that begin and end at the same time are none"
