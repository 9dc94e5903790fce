"""The report of an analysis, from what was read to what could be saved."""

from pathlib import Path
from typing import get_args

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from coagent.domain.explanation import explained
from coagent.domain.headline import cause_title, headline
from coagent.domain.number_format import dollars, figure, moment, requests
from coagent.domain.report import (
    DismissedReport,
    Report,
    SegmentReport,
    ShiftReport,
    SpendBy,
    UnpricedModel,
    WhyUnpriced,
)
from coagent.entrypoints.terminal.named_table import NamedRow, named_table
from coagent.entrypoints.terminal.opportunity_panel import opportunities_view
from coagent.entrypoints.terminal.records_view import records_view
from coagent.entrypoints.terminal.shift_screen import shift_screen
from coagent.entrypoints.terminal.spend_view import model_table, spend_chart
from coagent.entrypoints.terminal.wording import COLOURS, plain, words

SHOWN_SEGMENTS = 20
SHOWN_SHIFTS = 5
SHOWN_DISMISSED = 5
SHOWN_UNPRICED = 10

_WHY_UNPRICED: dict[WhyUnpriced, str] = {
    "no_price": "no price known",
    "no_batch_price": "no price known for batch lines",
    "prepaid_capacity": "prepaid capacity: no price by the token",
    "no_token_counts": "no token counts",
    "incomplete_token_counts": "tokens in or tokens out not known",
    "contradictory_counts": "token counts contradict each other",
    "unread_usage": "usage with keys that are not read",
    "in_doubt": "token counts in doubt",
}


def report_view(report: Report, width: int, *, full: bool = False, path: Path | None = None) -> RenderableType:
    """For a terminal of so many columns, 80 or more; with `full` each shift with all that is known of it. `path`: the
    file that holds the report too, for the commands that read it.
    """
    return Group(
        records_view(report.records),
        *_segments(report.segments, width),
        *_spend(report, width),
        *_unpriced(report.unpriced),
        *_shifts(report, width, full=full, path=path or Path("FILE")),
        *_dismissed(report.dismissed),
        *_opportunities(report),
    )


def _segments(segments: list[SegmentReport], width: int) -> list[RenderableType]:
    if not segments:
        return []
    rows = [
        NamedRow(
            plain(one.segment.label),
            (
                f"{one.requests:,}",
                dollars(one.cost_usd),
                *(figure(time, "s") for time in (one.duration_s.p50, one.duration_s.p95, one.duration_s.p99)),
                figure(one.success_rate, "share"),
            ),
        )
        for one in segments[:SHOWN_SEGMENTS]
    ]
    table = named_table("segment", ("requests", "cost", "p50", "p95", "p99", "success"), rows, width)
    return [_heading("Segments"), *table, *_more(len(segments) - SHOWN_SEGMENTS, "segments")]


def _spend(report: Report, width: int) -> list[RenderableType]:
    """Bars by model, task and tenant, where a cost is known, then models side by side."""
    is_known = any(one.cost_usd is not None for one in report.spend)
    bars = [part for by in get_args(SpendBy) for part in spend_chart(report.spend, by, width)] if is_known else []
    models = [_heading("Scorecard"), *model_table(report.scorecard, width)] if report.scorecard else []
    return [*([_heading("Spend")] if bars else []), *bars, *models]


def _unpriced(models: list[UnpricedModel]) -> list[RenderableType]:
    if not models:
        return []
    table = Table.grid(padding=(0, 2))
    for one in models[:SHOWN_UNPRICED]:
        name = Text(plain(f"{one.provider}/{one.request_model}"), style="bold")
        table.add_row(name, Text(requests(one.requests), style="dim"), Text(_WHY_UNPRICED[one.why], style="dim"))
    more = _more(len(models) - SHOWN_UNPRICED, "models")
    return [_heading("Without a known cost"), table, *more, *_price_hint(models)]


def _price_hint(models: list[UnpricedModel]) -> list[RenderableType]:
    """Where a price helps."""
    if not any(one.why in {"no_price", "no_batch_price"} for one in models):
        return []
    hint = "COAGENT_INGEST__PRICES_FILE gives a model a price; until then its cost is unknown, not 0."
    return [Text(hint, style="dim")]


def _shifts(report: Report, width: int, *, full: bool, path: Path) -> list[RenderableType]:
    """A picture of the first ones, a line for each of the others."""
    shifts = report.shifts
    if not shifts:
        return [_heading("Shifts"), Text("No shift: all differences are within what chance explains.")]
    screens = [shift_screen(explained(shift, report), width, full=full, report=path) for shift in shifts[:SHOWN_SHIFTS]]
    return [_heading("Shifts"), *screens, *_other_shifts(shifts[SHOWN_SHIFTS:], path)]


def _other_shifts(shifts: list[ShiftReport], path: Path) -> list[RenderableType]:
    if not shifts:
        return []
    table = Table.grid(padding=(0, 2))
    for one in shifts:
        said = headline(one.signals, one.cause) or cause_title(one.signals, one.cause)
        what = Text(said, style=COLOURS[one.cause.family])
        since = f"{moment(one.onset.time)} UTC"
        table.add_row(Text(plain(one.id)), Text(plain(one.segment.label), style="bold"), what, since)
    return [Text(), table, Text(f"coagent explain ID --report {path} shows each of them", style="dim")]


def _dismissed(dismissed: list[DismissedReport]) -> list[RenderableType]:
    if not dismissed:
        return []
    table = Table.grid(padding=(0, 2))
    for one in dismissed[:SHOWN_DISMISSED]:
        table.add_row(
            Text(plain(one.segment.label), style="bold"), Text(words(one.signal)), Text(plain(one.why), style="dim")
        )
    return [_heading("Examined and dismissed"), table, *_more(len(dismissed) - SHOWN_DISMISSED, "dismissed")]


def _opportunities(report: Report) -> list[RenderableType]:
    if not report.opportunities:
        return [
            _heading("Opportunities"),
            Text("None: nothing with a known price shows a saving."),
        ]
    return [_heading("Opportunities"), *opportunities_view(report.opportunities)]


def _heading(text: str) -> RenderableType:
    return Group(Text(), Rule(Text(text, style="bold"), align="left", style="dim"))


def _more(count: int, what: str) -> list[RenderableType]:
    return [Text(f"… and {count:,} more {what}: see --json", style="dim")] if count > 0 else []
