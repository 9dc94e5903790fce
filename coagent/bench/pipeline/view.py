"""The screen of `coagent bench pipeline`."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from coagent.bench.pipeline.figures import backlog_figures, live_figures, shares
from coagent.bench.pipeline.goals import Goal, goals
from coagent.bench.pipeline.measured import BacklogMeasured, LiveMeasured, PipelineMeasured
from coagent.bench.tables import Cell, mark, span, table

BACKLOG = "segments / streams|records a CPU-s|by the clock|of bare consumer|times Faust|times Quix|changelog a row|MB"
LIVE = "segments / streams|requests a second|rollup p50 / p95|candidate p50 / p95|cores|changelog kB/s|MB"
GOALS = "goal|bound|measured|"


def pipeline_view(measured: PipelineMeasured) -> RenderableType:
    """Backlogs, live traffic, then every goal."""
    two = [measured.two_workers] if measured.two_workers else []
    found = goals(measured)
    known = [one for one in found if one.met is not None]
    return Group(
        table("Backlog, rates a second", BACKLOG, map(_backlog_row, [*measured.backlogs, *two])),
        Text(),
        table("Live, ages in seconds", LIVE, map(_live_row, measured.lives)),
        Text(),
        table("Goals", GOALS, map(_goal_row, found)),
        Text(f"{sum(bool(one.met) for one in known)} of {len(known)} goals met", style="bold"),
        Text(_circumstances(measured), style="dim"),
    )


def _backlog_row(one: BacklogMeasured) -> tuple[Cell, ...]:
    found = backlog_figures(one)
    rate = found["coagent"]
    workers = "" if one.workers == 1 else f", {one.workers} workers"
    return (
        f"{one.fleet.accounts:,} / {one.fleet.streams:,}{workers}", rate["records_per_cpu_s"], rate["records_per_s"],
        found["of_ceiling"], found["times_faust"], found["times_quix"], found["changelog_bytes_a_row"],
        _sum(one.memory_mb.values()),
    )  # fmt: skip


def _live_row(one: LiveMeasured) -> tuple[Cell, ...]:
    return (
        f"{one.live.accounts:,} / {one.live.streams:,}", one.per_s, _ages(one.rollup_ages_s),
        _ages(one.candidate_ages_s), sum(live_figures(one)["cpu_cores"].values()),
        one.changelog_bytes / one.live.seconds / 1e3, _sum(one.memory_mb.values()),
    )  # fmt: skip


def _goal_row(goal: Goal) -> tuple[Cell, ...]:
    side = "≥" if goal.least else "≤"
    met = "" if goal.met is None else mark(goal.met)
    return goal.name, f"{side} {goal.bound:g}", goal.measured, met


def _ages(values: list[float]) -> str:
    found = shares(values)
    return "-" if found is None else span(*found[:2])


def _sum(sizes: Iterable[float]) -> float:
    return sum(sizes)


def _circumstances(measured: PipelineMeasured) -> str:
    loads = [*(one.load for one in measured.backlogs), *(one.load for one in measured.lives)]
    without = [name for name, one in measured.backlogs[0].rivals.items() if one is None]
    text = f"On {measured.backlogs[0].broker}, load {min(loads):.1f} to {max(loads):.1f}."
    return f"{text} Not installed: {', '.join(without)}." if without else text
