"""Reads the file of routes; what is wrong is named with its line and the reason."""

import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import yaml

from coagent.deliver.policy import Policy, Route
from coagent.domain.errors import Fatal

KINDS = frozenset({
    "slack", "github", "gitlab", "jira", "pagerduty", "alertmanager", "alertmanager-webhook", "webhook", "email",
    "apprise", "folder", "stdout",
})  # fmt: skip
"""Channels that a route may name, with a target after a colon where they have one: `slack:#ops`."""


def read_policy(text: str, name: str) -> Policy:
    """Raises Fatal: `routes.yaml:7: routes[0].to[1]: no channel 'slak' (channels: …)`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise Fatal(f"{name}{line}: {getattr(error, 'problem', None) or 'no YAML'}: correct the file") from error
    lines = dict(_lines(root, "$")) if root else {}
    try:
        policy = msgspec.convert(raw, Policy)
    except msgspec.ValidationError as error:
        raise _wrong(name, lines, *_parted(str(error))) from error
    for path, reason in _problems(policy):
        raise _wrong(name, lines, reason, path)
    return policy


def _wrong(name: str, lines: dict[str, int], reason: str, path: str) -> Fatal:
    line = next((lines[one] for one in _outwards(path) if one in lines), 1)
    where = path.removeprefix("$").removeprefix(".")
    return Fatal(f"{name}:{line}: {where}{': ' if where else ''}{reason}")


def _parted(message: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?) - at `(.*)`", message, re.DOTALL)
    return (found[1], found[2]) if found else (message, "$")


def _outwards(path: str) -> Iterator[str]:
    """The path and those around it: a missing field has no line of its own."""
    while path:
        yield path
        path = re.sub(r"(\.[^.\[\]]+|\[[^\]]*\])$", "", path) if path != "$" else ""


def _lines(node: Any, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from ((one, key.start_mark.line + 1) for one in (f"{path}.{key.value}",))
            yield from _lines(value, f"{path}.{key.value}")
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, f"{path}[{place}]")


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
    for path, zone in zones:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            yield path, f"no time zone {zone!r}: IANA names such as Europe/Berlin or UTC"
    if quiet and quiet.begin == quiet.end:
        yield "$.quiet_hours.to", "quiet hours that begin and end at the same time are none"
