"""One shift: what changed, who did it and why we think so, and how large it is."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.report import ShiftReport, SignalReport
from coagent.domain.shift import CauseKind, Family, Shift, SignalChange
from coagent.domain.signal import BY_NAME
from coagent.entrypoints.terminal.charts import bar, effect_bar
from coagent.entrypoints.terminal.figures import figure, moment, signed

COLOURS: dict[Family, str] = {"provider": "red", "client": "yellow", "traffic": "blue", "unknown": "magenta"}
KINDS: dict[CauseKind, str] = {
    "declared_version": "A new version, declared by the provider",
    "silent_version": "The provider changed the model silently",
    "quantization_or_stack": "The provider changed the weights' precision or the serving stack",
    "capacity": "The provider serves slower or fails more",
    "price": "The price changed",
    "policy": "The provider's refusals changed",
    "truncation": "Answers are cut elsewhere than before",
    "deploy": "Our own deploy changed the requests",
    "traffic_mix": "The traffic changed, the provider did not",
    "unknown": "Something changed; the figures do not tell who did it",
}
BAR_CELLS = 30
SHOWN_SIGNALS = 8
SHOWN_REASONS = 6

Change = SignalChange | SignalReport


def shift_panel(shift: Shift | ShiftReport) -> RenderableType:
    """Title, cause with reasons, the strongest signal before and after, and every signal's effect."""
    colour = COLOURS[shift.cause.family]
    changes: list[Change] = sorted(shift.signals, key=lambda change: -abs(change.effect.value))
    parts: list[RenderableType] = [_where(shift), Text()]
    if changes:
        parts += [_before_after(changes[0], colour), Text(), _effects(changes[:SHOWN_SIGNALS], colour), Text()]
    return Panel(
        Group(*parts, _cause(shift, colour)),
        title=Text(KINDS[shift.cause.kind], style=f"bold {colour}"),
        title_align="left",
        subtitle=Text(f"{shift.status} · {shift.id}", style="dim"),
        subtitle_align="right",
        border_style=colour,
        padding=(1, 2),
    )


def _where(shift: Shift | ShiftReport) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("segment", style="dim"), Text(shift.segment.label, style="bold"))
    for name, row in (("began", shift.onset), ("raised", shift.raised)):
        grid.add_row(Text(name, style="dim"), f"{moment(row.time)}   {row.request_id or ''}".rstrip())
    return grid


def _before_after(change: Change, colour: str) -> RenderableType:
    """Two bars on one scale."""
    most = max(abs(change.before.median), abs(change.after.median)) or 1.0
    grid = Table.grid(padding=(0, 1))
    grid.add_row("", Text(_statistic(change), style="bold"))
    for name, side, style in (("before", change.before, "default"), ("after", change.after, colour)):
        picture = Text(bar(abs(side.median) / most, BAR_CELLS), style=style)
        picture.append(f" {figure(side.median, BY_NAME[change.name].unit)}", style=f"bold {style}")
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
            _words(change.name),
            f"{figure(change.before.median, _short(change))} → {figure(change.after.median, _short(change))}",
            effect_bar(effect, f"not dim {colour}" if moved else "dim"),
            signed(effect.value),
            style="" if moved else "dim",
        )
    return table


def _cause(shift: Shift | ShiftReport, colour: str) -> RenderableType:
    heading = Text.assemble(
        "cause ",
        (shift.cause.family, f"bold {colour}"),
        f" · {_words(shift.cause.kind)} · {shift.cause.confidence:.0%} sure, because",
    )
    grid = Table.grid(padding=(0, 1))
    for reason in shift.cause.because[:SHOWN_REASONS]:
        grid.add_row(Text("•", style=colour), Text(reason))
    return Group(heading, grid)


def _words(name: str) -> str:
    """A field's name without its unit and underscores: `duration_s` is `duration`."""
    return name.removesuffix("_s").removesuffix("_usd").replace("_", " ")


def _short(change: Change) -> str:
    """The unit where it is short enough for a table."""
    unit = BY_NAME[change.name].unit
    return unit if unit in {"s", "share"} else ""


def _statistic(change: Change) -> str:
    return f"{'share of requests with' if BY_NAME[change.name].kind == 'binary' else 'median'} {_words(change.name)}"
