"""A status on a terminal, from 80 columns on."""

from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from coagent.entrypoints.status.snapshot import Status, StreamStatus, TopicStatus
from coagent.entrypoints.terminal.ago import ago
from coagent.entrypoints.terminal.wording import plain

MOST_STREAMS = 12
COLOURS = {"suspicious": "red", "learning": "yellow", "watching": "green", "muted": "dim", "silent": "dim"}


def status_view(status: Status) -> Group:
    """Is it running, does telemetry come, what is learned of it, what was found."""
    parts: list[RenderableType] = [_running(status), *(Text(plain(one, 400), "red") for one in status.problems)]
    parts += [Text(), _topics(status), *_reasons(status), Text(), _lag(status)]
    if status.streams:
        parts += [Text(), _streams(status.streams)]
    parts += [Text(), *_found(status), *_model(status)]
    return Group(*parts)


def _running(status: Status) -> Text:
    if status.pid is None or status.since is None:
        return Text("no `coagent up` runs in this data directory (COAGENT_DATA_DIR names another)", "yellow")
    return Text(f"`coagent up` has run for {ago(status.at - status.since)}, process {status.pid}")


def _topics(status: Status) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("telemetry topic", overflow="fold")
    for heading in ("records/s", "accepted", "skipped", "rejected"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("last", no_wrap=True)
    for one in status.topics:
        counts = (f"{count:,}" for count in (one.accepted, one.skipped, one.rejected))
        rate = "?" if one.per_s is None else f"{one.per_s:,.1f}"
        table.add_row(Text(plain(one.topic)), rate, *counts, _last(one, status.at))
    return table


def _reasons(status: Status) -> list[Text]:
    reported = (f"{one.topic}: last rejected for {one.reason}" for one in status.topics if one.reason)
    return [Text(plain(one, 300), "yellow") for one in reported]


def _last(one: TopicStatus, now: datetime) -> str:
    return "nothing yet" if one.last_read_at is None else f"{ago(now - one.last_read_at)} ago"


def _lag(status: Status) -> Text:
    reported = (f"{stage} {'?' if behind is None else f'{behind:,}'}" for stage, behind in status.lag.items())
    return Text(f"waiting to be read: {', '.join(reported)} messages")


def _streams(streams: list[StreamStatus]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("stream", overflow="fold")
    table.add_column("24 h", justify="right", no_wrap=True)
    table.add_column("learned from", justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for one in streams[:MOST_STREAMS]:
        name = " · ".join(plain(part) for part in (f"{one.provider}/{one.model}", one.endpoint) if part)
        learned = f"{one.learned:,} of {one.needed}" if one.state == "learning" else f"{one.learned:,}"
        table.add_row(Text(name), f"{one.requests_24h:,}", learned, Text(one.state, COLOURS.get(one.state, "")))
    if len(streams) > MOST_STREAMS:
        table.add_row(f"and {len(streams) - MOST_STREAMS} more: --json")
    return table


def _model(status: Status) -> list[Text]:
    model = status.model
    if model is None:
        return []
    name = plain(f"{model.name} at {model.base_url}")
    if model.problem is None:
        return [Text(f"model {name} answers")]
    return [Text(f"model {name} does not answer ({plain(model.problem, 200)}): code writes each insight", "yellow")]


def _found(status: Status) -> list[RenderableType]:
    if not status.is_found_known:
        return [Text("open shifts and insights: not known", "yellow")]
    lines: list[RenderableType] = [Text("no open shift" if not status.open_shifts else "open shifts", "bold")]
    for one in status.open_shifts:
        reported = plain(one.headline or one.stream)
        lines.append(Text(f"  {plain(one.id)}  began {ago(status.at - one.since)} ago"))
        lines.append(Padding(Text(reported), (0, 0, 0, 4)))
    last = status.last_insight
    words = "no insight yet" if last is None else f"last insight {ago(status.at - last.at)} ago: {plain(last.title)}"
    return [*lines, Text(words)]
