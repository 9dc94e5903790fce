"""A detection report for the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.entrypoints.bench.detection_report import DetectionReport
from coagent.entrypoints.bench.sections.cases import Case
from coagent.entrypoints.bench.sections.causes import Causes
from coagent.entrypoints.bench.sections.comparison import Compared
from coagent.entrypoints.bench.sections.cost import Cost
from coagent.entrypoints.bench.sections.delays import Delay
from coagent.entrypoints.bench.sections.null_rows import NullRows
from coagent.entrypoints.bench.sections.run_length import Promise, RunLength

Cell = str | int | float | None
WHOLE_FROM = 1_000


def detection_view(report: DetectionReport) -> RenderableType:
    """Whatever was measured, a table each."""
    first, last = report.seeds[0], report.seeds[-1]
    tuned = f"rivals tuned on {report.tuning_seeds[0]} to {report.tuning_seeds[-1]}"
    seeds = f"report seeds {first} to {last}, {tuned}"
    parts = [Text(seeds, style="dim")]
    tables = (
        _cases(report.cases), _delays(report.delays), _null(report.null), _run_lengths(report.run_length),
        _causes(report.causes), _cost(report.cost), _comparison(report.comparison),
    )  # fmt: skip
    return Group(*parts, *(one for one in tables if one is not None))


def _table(title: str, columns: str, rows: Iterable[tuple[Cell, ...]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, header_style="dim", padding=(0, 1))
    for number, name in enumerate(columns.split("|")):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _cell(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    small = isinstance(cell, float) and abs(cell) < WHOLE_FROM
    return f"{cell:,.3g}" if small else f"{cell:,.0f}"


def _mark(right: bool) -> str:
    return "[green]✓[/]" if right else "[red]✗[/]"


def _cases(cases: list[Case] | None) -> RenderableType | None:
    if cases is None:
        return None
    rows = (
        (one.name, one.expect, _mark(one.right), one.family, one.kind, one.rows_to_alarm, one.rows_to_page,
         one.onset_error, one.false_pages, one.dismissed)
        for one in cases
    )  # fmt: skip
    return _table("Labelled cases", "case|expect|right|family|kind|alarm|page|onset error|false pages|dismissed", rows)


def _delays(delays: list[Delay] | None) -> RenderableType | None:
    if delays is None:
        return None
    rows = (
        (one.change, one.traffic, one.signals, one.tenants, one.runs, one.alarm_recall, one.alarm_median, one.alarm_p90,
         one.lorden, one.ratio, one.page_recall, one.page_median, one.page_p90, one.false_alarms)
        for one in delays
    )  # fmt: skip
    names = "change|traffic|signals|tenants|runs|recall|median|p90|Lorden|ratio|page recall|median|p90|false before"
    return _table("Rows from a planted change to the alarm and to the page (A = 1,000,000)", names, rows)


def _null(null: list[NullRows] | None) -> RenderableType | None:
    if null is None:
        return None
    rows = (
        (one.traffic, one.segments, one.rows, one.run_length, one.alarms, one.alarms_per_100k,
         ", ".join(f"{count} {family}" for family, count in one.told.items()), one.pages, one.pages_per_100k)
        for one in null
    )  # fmt: skip
    names = "traffic|segments|rows|A|alarms|per 100k|told|pages|per 100k"
    return _table("Where nothing changed", names, rows)


def _run_lengths(lengths: list[RunLength] | None) -> RenderableType | None:
    if lengths is None:
        return None
    rows = (
        (one.traffic, one.promised, one.streams, one.rows, *_promise(one.alarms), *_promise(one.pages))
        for one in lengths
    )
    names = "traffic|promised|streams|rows|alarms|over promised|95 %|kept|pages|over promised|95 %|kept"
    return _table("Rows to a false alarm, and to a false page: measured over promised", names, rows)


def _promise(one: Promise) -> tuple[Cell, ...]:
    """Broken only where that is sure."""
    interval = f"{_cell(one.low)} - {_cell(one.high)}" if one.high is not None else f"from {_cell(one.low)}"
    return one.events, one.ratio, interval, _mark(one.high is None or one.high >= 1)


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
        (one.change, one.right, one.wrong_kind, one.unknown, one.wrong_family, one.untold, one.paged_wrongly,
         "; ".join(one.said[:2]))
        for one in causes.changes
    )  # fmt: skip
    names = "change|right|wrong kind|unknown|wrong family|untold|paged wrongly|said instead"
    return Group(_table("Cause", names, rows), Text(shares))


def _cost(cost: Cost | None) -> RenderableType | None:
    if cost is None:
        return None
    rows: list[tuple[Cell, ...]] = [
        ("microseconds a row, sensing", cost.sense_us_per_row, 2.0),
        ("microseconds a row, whole step", cost.step_us_per_row, None),
        ("bytes of state a segment", cost.state_bytes, 65_536),
        ("bytes of it while a change is followed", cost.changed_state_bytes, 65_536),
        ("bytes of changelog a row", cost.changelog_bytes_per_row, None),
        ("milliseconds to judge a candidate", cost.judge_ms, None),
    ]
    return _table(f"Cost ({cost.signals} signals, batches of {cost.batch_rows} rows)", "what|measured|at most", rows)


def _comparison(compared: list[Compared] | None) -> RenderableType | None:
    if not compared:
        return None
    rows: list[tuple[Cell, ...]] = []
    for one in compared:
        tuned = one.settings[-1 if one.tuned is None else one.tuned]
        rates = [tuned.false_alarms_per_100k.get(name) for name in compared[0].settings[0].false_alarms_per_100k]
        found = [f"{_cell(got.median)} ({100 * got.recall:.0f} %)" for got in tuned.found]
        rows.append((one.name if one.tuned is not None else f"{one.name} (untuned)", f"{tuned.knob:g}", *rates, *found))
    first = compared[0].settings[0]
    names = "|".join(("detector", "setting", *first.false_alarms_per_100k, *(one.change for one in first.found)))
    title = "Tuned to one false alarm in 100,000 independent rows: false alarms per 100,000, then median delay (recall)"
    return _table(title, names, rows)
