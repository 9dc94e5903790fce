"""Reads the file of SLOs; what is wrong is named with its line and the reason."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from coagent.domain.duration import duration
from coagent.domain.service_tier import COUNTED
from coagent.domain.slo import BurnWindow, Match, Slo
from coagent.yaml_file import YamlFile

Duration = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d|w)$")]
LONGEST_S = 3 * 86400
"""Of a burn window: what is older than three days is known by the day alone."""
SHORTEST_S = 60
LONGEST_WINDOW_S = 366 * 86400
"""A budget for longer than a year is no budget (convention)."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Nothing(_Part, frozen=True):
    pass


class _Under(_Part, frozen=True, kw_only=True):
    under: Duration


class _UnderUsd(_Part, frozen=True, kw_only=True):
    under_usd: Annotated[float, msgspec.Meta(gt=0)]


class _AtLeast(_Part, frozen=True, kw_only=True):
    at_least: Annotated[float, msgspec.Meta(gt=0, le=1)]


class _Indicator(_Part, frozen=True, kw_only=True):
    """One of them."""

    success_rate: _Nothing | None = None
    latency: _Under | None = None
    time_to_first_token: _Under | None = None
    cost: _UnderUsd | None = None
    quality: _AtLeast | None = None


class _Window(_Part, frozen=True, kw_only=True):
    long: Duration
    short: Duration
    rate: Annotated[float, msgspec.Meta(gt=0)]
    page: bool = True


class _Slo(_Part, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    objective: Annotated[float, msgspec.Meta(gt=0, lt=100)]
    indicator: _Indicator
    description: Annotated[str, msgspec.Meta(max_length=500)] = ""
    match: Match = Match()
    window: Duration = "30d"
    min_events: Annotated[int, msgspec.Meta(ge=1)] = 20
    alerts: list[_Window] = []


class _File(_Part, frozen=True, kw_only=True):
    version: Literal[1]
    slos: list[_Slo]


WORKBOOK = (
    _Window(long="1h", short="5m", rate=14.4),
    _Window(long="6h", short="30m", rate=6.0),
    _Window(long="3d", short="6h", rate=1.0, page=False),
)
"""2 %, 5 % and 10 % of a budget of 30 days. Source: The Site Reliability Workbook, table 5-8."""


def read_slos(text: str, name: str) -> list[Slo]:
    """Raises Fatal: `slos.yaml:7: slos[0].objective: a burn rate of 14.4 could never be reached …`."""
    file = YamlFile(text, name)
    read = file.convert(_File)
    for path, reason in _problems(read):
        raise file.wrong(path, reason)
    return [_slo(one) for one in read.slos]


def _slo(one: _Slo) -> Slo:
    name, bound = _kind(one.indicator)
    return Slo(
        name=one.name,
        indicator=name,
        bound=bound,
        objective=one.objective / 100,
        window_s=round(seconds(one.window)),
        match=one.match,
        windows=[_window(each) for each in one.alerts or WORKBOOK],
        min_events=one.min_events,
        description=one.description,
    )


def _window(one: _Window) -> BurnWindow:
    return BurnWindow(long_s=round(seconds(one.long)), short_s=round(seconds(one.short)), rate=one.rate, page=one.page)


def _kind(indicator: _Indicator) -> tuple[Any, float | None]:
    (name,) = _given(indicator)
    value = getattr(indicator, name)
    match value:
        case _UnderUsd():
            return name, value.under_usd
        case _AtLeast():
            return name, value.at_least
        case _Under():
            return name, seconds(value.under)
    return name, None


def _given(indicator: _Indicator) -> list[str]:
    return [name for name in indicator.__struct_fields__ if getattr(indicator, name) is not None]


def _problems(read: _File) -> Iterator[tuple[str, str]]:
    """What fits the types and is still wrong."""
    names = [one.name for one in read.slos]
    for place, one in enumerate(read.slos):
        path = f"$.slos[{place}]"
        if one.name in names[:place]:
            yield f"{path}.name", f"an SLO {one.name!r} is there already: names are used once"
        if len(_given(one.indicator)) != 1:
            yield f"{path}.indicator", "name exactly one: success_rate, latency, time_to_first_token, cost or quality"
        yield from _length_problems(path, one)
        if one.match.tier is not None and "*" not in one.match.tier and one.match.tier not in COUNTED:
            yield f"{path}.match.tier", f"no request is counted so: name one of {', '.join(COUNTED)}"
        for number, window in enumerate(one.alerts or WORKBOOK):
            where = f"{path}.alerts[{number}]" if one.alerts else f"{path}.objective"
            yield from ((where, reason) for reason in _window_problems(one, window))


def _length_problems(path: str, one: _Slo) -> Iterator[tuple[str, str]]:
    for name in ("latency", "time_to_first_token"):
        bound = getattr(one.indicator, name)
        if bound is not None and not seconds(bound.under):
            yield f"{path}.indicator.{name}.under", "no answer comes within 0 s: name a longer time"
    if seconds(one.window) > LONGEST_WINDOW_S:
        yield f"{path}.window", "it is longer than 366d"


def _window_problems(one: _Slo, window: _Window) -> Iterator[str]:
    budget = 1 - one.objective / 100
    if window.rate * budget > 1:
        yield (
            f"a burn rate of {window.rate:g} could never be reached: of a budget of {100 * budget:g} % it is "
            f"{100 * window.rate * budget:.0f} % of requests. Raise the objective above {100 - 100 / window.rate:.4g}, "
            "or set lower rates under alerts"
        )
    if seconds(window.short) < SHORTEST_S:
        yield "short is at least 1m: requests are counted by the minute"
    if not seconds(window.short) < seconds(window.long) <= min(LONGEST_S, seconds(one.window)):
        yield "short has to be shorter than long, and long at most 3d and at most the SLO's window"


def seconds(text: str) -> float:
    """How long that is.

    >>> seconds("800ms"), seconds("30d")
    (0.8, 2592000.0)
    """
    return duration(text).total_seconds()
