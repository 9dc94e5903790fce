"""What a pull request does, for a terminal: the verdict, each change before and after with small bars."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.gate import ChangeEffects, Effect, Estimate, GateReport, Level, Metric
from coagent.entrypoints.terminal.wording import plain
from coagent.gate.words import METRIC_NAMES, added_cost, change_words, estimate, from_to, title, unknown_reasons

COLOURS: dict[Level, str] = {"pass": "green", "warn": "yellow", "fail": "red"}
VERDICTS: dict[Level, str] = {"pass": "passes", "warn": "passes with warnings", "fail": "fails"}
MORE_IS_WORSE: frozenset[Metric] = frozenset({"cost", "latency_p50", "latency_p95"})
BAR = 12
LONGEST = 400
SHOWN = 30


def gate_screen(report: GateReport) -> RenderableType:
    """80 columns or more."""
    cost = added_cost(report.added_usd_a_month)
    head = Text.assemble(
        (f"coagent gate {VERDICTS[report.outcome]}", f"bold {COLOURS[report.outcome]}"), f"  ·  cost a month: {cost}"
    )
    none = [Text("No change of model calls was found.")] if not report.changes else []
    return Group(
        Panel(head, border_style=COLOURS[report.outcome]),
        *none,
        *(_change(one) for one in report.changes[:SHOWN]),
        *_findings(report),
        *(Text(plain(text, LONGEST), style="dim") for text in report.notes),
        Text(plain(f"Traffic: {report.traffic} · policy: {report.policy}", LONGEST), style="dim"),
    )


def _change(one: ChangeEffects) -> RenderableType:
    change = one.change
    head = Text.assemble((title(change), "bold"), "  ", (plain(f"{change.file}:{change.line}"), "dim"))
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for name in ("", "before", "after", "change"):
        table.add_column(name, overflow="fold")
    for effect in one.effects:
        if effect.change is not None or effect.before is not None:
            table.add_row(
                METRIC_NAMES[effect.metric], *_sides(effect), Text(change_words(effect), style=_colour(effect))
            )
    shown = [table] if table.row_count else []
    remarks = [Text(plain(text, LONGEST), style="dim") for text in (*unknown_reasons(one), *one.remarks)]
    return Group(head, Text(plain(from_to(change), LONGEST), style="cyan"), *shown, *remarks, Text(""))


def _sides(effect: Effect) -> tuple[Text, Text]:
    values = [_size(effect.before), _size(effect.after)]
    most = max((value for value in values if value is not None), default=0.0)
    return (_side(effect, effect.before, most), _side(effect, effect.after, most))


def _size(one: Estimate | None) -> float | None:
    return one.value if one is not None else None


def _side(effect: Effect, one: Estimate | None, most: float) -> Text:
    size = _size(one)
    bar = "" if size is None or most <= 0 else "▇" * max(1, round(BAR * size / most))
    return Text.assemble(estimate(effect, one), "\n" if bar else "", (bar, "blue"))


def _colour(effect: Effect) -> str:
    value = _size(effect.change)
    if value is None or value == 0:
        return "dim"
    return "red" if (value > 0) == (effect.metric in MORE_IS_WORSE) else "green"


def _findings(report: GateReport) -> list[RenderableType]:
    marks: dict[Level, str] = {"pass": "✓", "warn": "!", "fail": "✗"}
    return [
        Text.assemble((f"{marks[one.level]} ", f"bold {COLOURS[one.level]}"), plain(one.text, LONGEST))
        for one in report.findings
    ]
