"""The figures of `coagent bench intake` for people and for machines."""

import os
from collections.abc import Mapping
from pstats import Stats
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.bench.intake.run import Intake
from coagent.drawing.bar import bar

GOALS = {"of_ceiling": 0.35, "times_baseline": 8.0}
"""For canonical records."""

BAR_CELLS = 12
PROFILE_LINES = 12
BUSY = 0.5
"""Load a core from which the clock's rates say more about the neighbours."""

_TITLES = {
    "ceiling": "client and decoder",
    "baseline_faust": "Faust, one by one",
    "coagent_canonical": "ingest, canonical",
    "coagent_litellm": "ingest, LiteLLM",
    "coagent_otlp": "ingest, OTLP protobuf",
}


def intake_figures(intake: Intake) -> dict[str, dict[str, Any]]:
    """What `--json` writes: by measurement, rates in requests a second and what they are of ceiling and baseline.

    By the clock, and by the processor time of the measured process, which neighbours on its core leave alone.
    """
    ceiling, baseline = intake.measurements["ceiling"], intake.measurements["baseline_faust"]
    return {
        name: {
            "records_per_s": round(one.records_per_s),
            "records_per_cpu_s": round(one.records_per_cpu_s),
            "records": one.records,
            "seconds": round(one.seconds, 3),
            "cpu_s": round(one.cpu_s, 3),
            "of_ceiling": round(one.records_per_s / ceiling.records_per_s, 4),
            "times_baseline": round(one.records_per_s / baseline.records_per_s, 2),
            "of_ceiling_per_cpu": round(one.records_per_cpu_s / ceiling.records_per_cpu_s, 4),
            "times_baseline_per_cpu": round(one.records_per_cpu_s / baseline.records_per_cpu_s, 2),
            "broker": intake.broker,
        }
        for name, one in intake.measurements.items()
    }


def intake_view(intake: Intake) -> RenderableType:
    """A bar for each measurement, then the goals, then the profiles."""
    figures = intake_figures(intake)
    title = f"Requests a second by the clock and by CPU time, {intake.broker}"
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), title=title, title_justify="left")
    table.add_column("", no_wrap=True)
    for heading in ("clock", "", "of top", "Faust", "CPU", "of top", "Faust"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, found in figures.items():
        table.add_row(*_row(name, found))
    profiles = [_profile_view(name, stats) for name, stats in intake.profiles.items()]
    return Group(table, "", *_goals(figures["coagent_canonical"]), *_warnings(intake), *profiles)


def _row(name: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _TITLES[name],
        f"{found['records_per_s']:,}",
        bar(min(found["of_ceiling"], 1.0), BAR_CELLS),
        f"{found['of_ceiling']:.0%}",
        f"{found['times_baseline']:.1f} x",
        f"{found['records_per_cpu_s']:,}",
        f"{found['of_ceiling_per_cpu']:.0%}",
        f"{found['times_baseline_per_cpu']:.1f} x",
    )


def _goals(canonical: Mapping[str, Any]) -> list[Text]:
    """By the clock."""
    share, times = canonical["of_ceiling"], canonical["times_baseline"]
    return [
        _goal(f"canonical: {share:.0%} of the ceiling, goal {GOALS['of_ceiling']:.0%}", share >= GOALS["of_ceiling"]),
        _goal(
            f"canonical: {times:.1f} times the baseline, goal {GOALS['times_baseline']:.0f}",
            times >= GOALS["times_baseline"],
        ),
    ]


def _goal(text: str, reached: bool) -> Text:
    return Text.assemble(("reached  ", "green") if reached else ("missed   ", "red"), text)


def _warnings(intake: Intake) -> list[Text]:
    cores = os.cpu_count() or 1
    if intake.load <= BUSY * cores:
        return []
    text = f"busy     load {intake.load:.1f} on {cores} cores when it began: only figures by CPU time can be compared"
    return [Text(text, "yellow")]


def _profile_view(name: str, stats: Stats) -> Table:
    """The functions with the most time of their own; the client's threads are not seen by a profiler of Python."""
    table = Table(box=None, pad_edge=False, title=f"\nWhere the time of {name} goes", title_justify="left")
    for heading in ("own time", "calls", "function"):
        table.add_column(heading, justify="left" if heading == "function" else "right")
    timings: Mapping[tuple[str, int, str], tuple[int, int, float, float, Any]] = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out
    whole = sum(own for _, _, own, _, _ in timings.values())
    by_own_time = sorted(timings.items(), key=lambda item: item[1][2], reverse=True)
    for (file, line, function), (_, calls, own, _, _) in by_own_time[:PROFILE_LINES]:
        table.add_row(
            f"{own / whole:.1%}", f"{calls:,}", function if file == "~" else f"{_place(file)}:{line} {function}"
        )
    return table


def _place(file: str) -> str:
    return "/".join(file.rsplit("/", 3)[-2:])
