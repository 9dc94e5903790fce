"""Trials in the terminal: a table of them, and one with its confidence sequences."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, count, duration, moment, number, percent
from coagent.domain.verdict import RELATIVE, MetricFigures, Outcome, Share, TrialStatus, Verdict
from coagent.domain.verdict_words import METRIC_NAME, STATUS_NAME, arms, change, interval, worst
from coagent.entrypoints.terminal.curve import curve
from coagent.entrypoints.terminal.wording import plain, words

STYLES: dict[TrialStatus | Outcome, str] = {"certified": "green", "halted": "red", "undecided": "yellow"}
HEIGHT = 7
AXIS_CELLS = 14
LEAST_CELLS, MOST_CELLS = 24, 72
ROOM = 1.6
"""Times the farther of margin and newest bound: what is wider at first is cut off."""


def verdict_table(found: Sequence[Verdict]) -> Table:
    """One row a trial."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("ID", "Trial", "Arms", "Requests", "Status", "Started"):
        table.add_column(name, overflow="fold")
    for one in found:
        table.add_row(
            one.id[:8],
            Text(plain(one.trial.name)),
            Text(plain(arms(one.trial))),
            f"{count(one.candidate_requests)} / {count(one.control_requests)}",
            Text(one.status, style=STYLES.get(one.status, "")),
            f"{moment(one.trial.started_at)} UTC",
        )
    return table


def verdict_screen(verdict: Verdict, width: int) -> RenderableType:
    """How it stands, then each metric with its interval over time."""
    cells = min(max(width - AXIS_CELLS - 2, LEAST_CELLS), MOST_CELLS)
    parts = [part for one in verdict.metrics for part in _metric(one, verdict, cells)]
    return Group(*_head(verdict), *parts, *_routing(verdict))


def _head(verdict: Verdict) -> Iterator[Text]:
    trial = verdict.trial
    yield Text.assemble(
        (plain(trial.name), "bold"), f"  {verdict.id}  ", (STATUS_NAME[verdict.status], STYLES.get(verdict.status, ""))
    )
    who = ", ".join(f"{name} {pattern}" for name, pattern in trial.match.given.items()) or "all requests"
    how = (
        f"in pairs by {trial.pair_by}"
        if trial.pair_by
        else f"like with like by task, tenant and {words('input_length')}"
    )
    yield Text(plain(f"{arms(trial)}, {who}, {how}"))
    pairs = f", {count(verdict.unpaired_requests)} without their other half" if trial.pair_by else ""
    yield Text(
        f"{count(verdict.candidate_requests)} requests of the candidate, "
        f"{count(verdict.control_requests)} of the control{pairs}"
    )
    if verdict.reason:
        by = f" ({plain(verdict.ended_by)})" if verdict.ended_by else ""
        yield Text(plain(verdict.reason) + by)
    yield Text(
        f"each decision and each bound is wrong with a probability of at most {percent(trial.alpha)}", style="dim"
    )


def _routing(verdict: Verdict) -> Iterator[RenderableType]:
    """The router's choices by how sure it was; nothing where none is known of."""
    if verdict.routing is None:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Router", "Pairs", "Right", "Over-routed", "Under-routed"):
        table.add_column(name, overflow="fold")
    for place, one in enumerate(verdict.routing.bands):
        name = "all" if not place else f"confidence from {one.at_least:.2f}"
        table.add_row(name, count(one.pairs), *map(_share, (one.right, one.over, one.under)))
    yield Text()
    yield table
    middle, slow = (number(one) or UNKNOWN for one in (verdict.routing.latency_p50_s, verdict.routing.latency_p95_s))
    yield Text(f"the router itself takes {middle} s (median), {slow} s (p95)", style="dim")


def _share(one: Share) -> str:
    return f"{percent(one.share)} ({percent(one.low)} to {percent(one.high)})"


def _metric(one: MetricFigures, verdict: Verdict, cells: int) -> Iterator[RenderableType]:
    yield Text()
    yield Text.assemble(
        (METRIC_NAME[one.metric], "bold"),
        f"  {change(one.metric, one.effect)} ({interval(one)})  ",
        (_outcome(one), STYLES.get(one.outcome, "")),
    )
    evidence = f"evidence to certify {number(one.certify_evidence)} of {number(one.certify_needs)}, "
    evidence += f"to halt {number(one.halt_evidence)} of {number(one.halt_needs)}; {count(one.comparisons)} comparisons"
    yield Text(evidence + _left(one, verdict), style="dim")
    if len(one.history) > 1:
        yield _chart(one, cells)


def _outcome(one: MetricFigures) -> str:
    margin = worst(one.metric, one.halt if one.outcome == "halted" else one.margin)
    return {"certified": f"not worse than {margin}", "halted": f"worse than {margin}"}.get(
        one.outcome, f"open, at worst {margin}"
    )


def _left(one: MetricFigures, verdict: Verdict) -> str:
    """Nothing once it is over."""
    if one.outcome != "open" or verdict.status != "running":
        return ""
    if one.comparisons_left is None:
        return "; no end is foreseen yet"
    hours = "" if one.hours_left is None else f", {duration(timedelta(hours=one.hours_left))} at this pace"
    return f"; about {count(one.comparisons_left)} more{hours}"


def _chart(one: MetricFigures, cells: int) -> Table:
    """Effect between its bounds over the logarithm of comparisons, the margin dotted."""
    margin = one.margin if one.metric in RELATIVE else -one.margin
    newest = [abs(bound) for bound in (one.low, one.high, margin, one.effect) if bound is not None]
    span = ROOM * max(newest) or 1.0
    x = np.log([point.comparisons for point in one.history])
    at = np.linspace(x[0], x[-1], cells)
    lines = [Text(" " * cells) for _ in range(HEIGHT)]
    _dotted(lines, _line(margin, span), "┄", "yellow")
    _dotted(lines, _line(0.0, span), "·", "dim")
    for values, style in (
        ([point.low for point in one.history], "cyan"),
        ([point.high for point in one.history], "cyan"),
        ([point.effect for point in one.history], "bold"),
    ):
        known = np.array([np.nan if value is None else value for value in values], float)
        _drawn(
            lines, [None if np.isnan(v) or abs(v) > span else _line(v, span) for v in np.interp(at, x, known)], style
        )
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(_axis(one, span, margin), Text("\n").join([*lines, _foot(one, cells)]))
    return grid


def _line(value: float, span: float) -> int:
    """Counted from above."""
    return min(max(int((span - value) / (2 * span) * HEIGHT), 0), HEIGHT - 1)


def _dotted(lines: list[Text], line: int, sign: str, style: str) -> None:
    lines[line] = Text(sign * len(lines[line]), style=style)


def _drawn(lines: list[Text], through: Sequence[int | None], style: str) -> None:
    for row, cell, sign in curve(through):
        lines[row] = Text.assemble(lines[row][:cell], (sign, style), lines[row][cell + 1 :])


def _axis(one: MetricFigures, span: float, margin: float) -> Text:
    labels = [""] * HEIGHT
    for value, text in ((0.0, "no change"), (margin, f"{change(one.metric, margin)}")):
        labels[_line(value, span)] = text
    return Text("\n".join(f"{label:>{AXIS_CELLS}}" for label in labels), style="dim")


def _foot(one: MetricFigures, cells: int) -> Text:
    first, last = count(one.history[0].comparisons), f"{count(one.history[-1].comparisons)} comparisons"
    return Text(f"{first}{last:>{max(cells - len(first), 1)}}"[:cells] or UNKNOWN, style="dim")
