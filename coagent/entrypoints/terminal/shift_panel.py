"""One shift: what changed, who did it and why we think so, and how large it is."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.report import ShiftReport, SignalReport
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift, SignalChange
from coagent.drawing.bar import bar
from coagent.entrypoints.terminal.cause import cause
from coagent.entrypoints.terminal.charts import effect_bar
from coagent.entrypoints.terminal.figures import figure, moment, signed
from coagent.entrypoints.terminal.wording import COLOURS, KINDS, is_binary, plain, unit_of, words

BAR_CELLS = 30
SHOWN_CARRIERS = 5
SHOWN_SIGNALS = 8

Change = SignalChange | SignalReport


def shift_panel(shift: Shift | ShiftReport) -> RenderableType:
    """Title, cause with reasons, the strongest signal before and after, and every signal's effect."""
    colour = COLOURS[shift.cause.family]
    changes: list[Change] = sorted(shift.signals, key=lambda change: -abs(change.effect.value))
    parts: list[RenderableType] = [_where(shift), Text()]
    if changes:
        parts += [_before_after(changes[0], colour), Text(), _effects(changes[:SHOWN_SIGNALS], colour), Text()]
    return Panel(
        Group(*parts, cause(shift.cause, colour)),
        title=Text(KINDS[shift.cause.kind], style=f"bold {colour}"),
        title_align="left",
        subtitle=Text(f"{shift.status} · {plain(shift.id)}", style="dim"),
        subtitle_align="right",
        border_style=colour,
        padding=(1, 2),
    )


def _where(shift: Shift | ShiftReport) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("segment", style="dim"), Text(plain(shift.segment.label), style="bold"))
    for name, row in (("began", shift.onset), ("raised", shift.raised)):
        grid.add_row(Text(name, style="dim"), Text(f"{moment(row.time)}   {plain(row.request_id or '')}".rstrip()))
    if shift.carriers:
        grid.add_row(Text("carried by", style="dim"), Text(plain(_carriers(shift.carriers))))
    return grid


def _carriers(carriers: list[Segment]) -> str:
    """Those that show it most, and how many there are."""
    named = [" · ".join(part for part in (one.task, one.tenant, one.endpoint) if part) or "-" for one in carriers]
    more = len(named) - SHOWN_CARRIERS
    return ", ".join(named[:SHOWN_CARRIERS]) + (f" and {more} more" if more > 0 else "")


def _before_after(change: Change, colour: str) -> RenderableType:
    """Two bars on one scale."""
    most = max(abs(change.before.median), abs(change.after.median)) or 1.0
    grid = Table.grid(padding=(0, 1))
    grid.add_row("", Text(_statistic(change), style="bold"))
    for name, side, style in (("before", change.before, "default"), ("after", change.after, colour)):
        picture = Text(bar(abs(side.median) / most, BAR_CELLS), style=style)
        picture.append(f" {figure(side.median, _unit(change))}", style=f"bold {style}")
        picture.append(f"  {side.n:,} requests", style="not bold dim")
        grid.add_row(Text(name, style="dim"), picture)
    return grid


def _effects(changes: list[Change], colour: str) -> RenderableType:
    """One line a signal with its 95 % interval, the strongest first; faint where the interval holds 0."""
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column("signal", no_wrap=True)
    table.add_column("before → after", justify="right", no_wrap=True)
    table.add_column("less · effect · more", justify="center", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    for change in changes:
        effect = change.effect
        moved = effect.low > 0 or effect.high < 0
        table.add_row(
            Text(words(change.name)),
            f"{figure(change.before.median, _short(change))} → {figure(change.after.median, _short(change))}",
            effect_bar(effect, f"not dim {colour}" if moved else "dim"),
            signed(effect.value),
            style="" if moved else "dim",
        )
    return table


def _unit(change: Change) -> str:
    return change.unit or unit_of(change.name)


def _short(change: Change) -> str:
    """The unit where it is short enough for a table."""
    unit = _unit(change)
    return unit if unit in {"s", "share"} else ""


def _statistic(change: Change) -> str:
    return f"{'share of requests with' if is_binary(change.name) else 'median'} {words(change.name)}"
