"""A detection report for the terminal."""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from coagent.bench.detection_report import DetectionReport
from coagent.bench.goals import Reached
from coagent.bench.goals_view import goals_view
from coagent.bench.rivals_view import rival_views
from coagent.bench.sections.cases import Case
from coagent.bench.sections.causes import Causes
from coagent.bench.sections.cost import BatchCost, Cost
from coagent.bench.sections.delays import Delay
from coagent.bench.sections.null_rows import NullRows
from coagent.bench.sections.run_length import Promise, RunLength
from coagent.bench.streams_view import stream_views
from coagent.bench.tables import Cell, cell, mark, share, span, table


def detection_view(report: DetectionReport, goals: list[Reached]) -> RenderableType:
    """Whatever was measured, a table each; every goal at the end."""
    first, last = report.seeds[0], report.seeds[-1]
    tuned = f"rivals tuned on {report.tuning_seeds[0]} to {report.tuning_seeds[-1]}"
    seeds = f"report seeds {first} to {last}, {tuned}"
    parts = [Text(seeds, style="dim")]
    tables = (
        _cases(report.cases), _delays(report.delays), _null(report.null), _run_lengths(report.run_length),
        _causes(report.causes), _cost(report.cost), *rival_views(report), *stream_views(report), goals_view(goals),
    )  # fmt: skip
    return Group(*parts, *(one for one in tables if one is not None))


def _cases(cases: list[Case] | None) -> RenderableType | None:
    if cases is None:
        return None
    rows = (
        (escape(one.name), one.expect, mark(one.right), one.family, one.rows_to_alarm, one.rows_to_page,
         one.onset_error, one.false_pages, one.dismissed)
        for one in cases
    )  # fmt: skip
    return table("Labelled cases", "case|expect|right|family|alarm|page|onset error|false pages|dismissed", rows)


def _delays(delays: list[Delay] | None) -> RenderableType | None:
    if delays is None:
        return None
    rows = (
        (f"{one.change}, {_where(one)}", one.runs, share(one.alarm_recall), span(one.alarm_median, one.alarm_p90),
         one.ratio, share(one.page_recall), span(one.page_median, one.page_p90), one.false_alarms)
        for one in delays
    )  # fmt: skip
    names = "change|runs|alarm recall|median / p90|over Lorden|page recall|median / p90|false before"
    return table("Rows from a planted change to the alarm and to the page (A = 1,000,000)", names, rows)


def _where(one: Delay) -> str:
    signals = "lone signal" if one.signals == "lone" else "all signals"
    return f"{one.traffic}, {signals}" + (f", {one.tenants} tenants" if one.tenants > 1 else "")


def _null(null: list[NullRows] | None) -> RenderableType | None:
    if null is None:
        return None
    rows = (
        (one.traffic, one.segments, one.rows, one.alarms, one.alarms_per_100k,
         ", ".join(f"{count} {family}" for family, count in one.told.items()), one.pages, one.pages_per_100k)
        for one in null
    )  # fmt: skip
    names = "traffic|segments|rows|alarms|per 100k|told|pages|per 100k"
    return table(f"Where nothing changed (A = {null[-1].run_length:,.0f})", names, rows)


def _run_lengths(lengths: list[RunLength] | None) -> RenderableType | None:
    if lengths is None:
        return None
    rows = ((one.traffic, one.rows, *_promise(one.alarms), *_promise(one.pages)) for one in lengths)
    names = "traffic|rows|alarms|over promised|95 %|kept|pages|over promised|95 %|kept"
    first = lengths[0]
    promised = f"{first.promised:,.0f} rows promised, at most {first.streams:,} streams a pattern"
    return table(f"Rows to a false alarm, and to a false page: measured over promised ({promised})", names, rows)


def _promise(one: Promise) -> tuple[Cell, ...]:
    """Broken only where that is sure."""
    interval = f"{cell(one.low)} - {cell(one.high)}" if one.high is not None else f"from {cell(one.low)}"
    return one.events, one.ratio, interval, mark(one.high is None or one.high >= 1)


def _causes(causes: Causes | None) -> RenderableType | None:
    if causes is None:
        return None
    shares = (
        f"{causes.runs} changes, {100 * causes.recall:.1f} % told or rightly not; "
        f"of these {100 * causes.right:.1f} % right, "
        f"{100 * causes.right_family:.1f} % of the right family, {100 * causes.unknown:.1f} % unknown, "
        f"{100 * causes.wrong_family:.1f} % wrong family"
    )
    rows = (
        (one.change, one.right, one.wrong_kind, one.unknown, one.wrong_family, one.untold, one.paged_wrongly)
        for one in causes.changes
    )
    names = "change|right|wrong kind|unknown|wrong family|untold|paged wrongly"
    return Group(table("Cause", names, rows), Text(shares))


def _cost(cost: Cost | None) -> RenderableType | None:
    if cost is None:
        return None
    a_row = [_a_row(one) for one in (*cost.smaller, cost)]
    once: list[tuple[Cell, ...]] = [
        ("bytes of state a segment", cost.state_bytes),
        ("bytes of it while a change is followed", cost.changed_state_bytes),
        ("milliseconds to judge a candidate", cost.judge_ms),
    ]
    title = f"Cost a row ({cost.signals} signals)"
    names = f"rows a batch|µs sensing|the first {cost.young_rows:,} rows|µs whole step|changelog bytes"
    return Group(table(title, names, a_row), table("Cost a segment", "what|measured", once))


def _a_row(one: BatchCost) -> tuple[Cell, ...]:
    sensing = one.sense_us_per_row, one.young_sense_us_per_row
    return one.batch_rows, *sensing, one.step_us_per_row, one.changelog_bytes_per_row
