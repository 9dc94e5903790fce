"""The figures of `coagent bench intake` for people and for machines."""

from collections.abc import Mapping
from pstats import Stats
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.entrypoints.bench.intake.run import Intake
from coagent.entrypoints.terminal.charts import bar

GOALS = {"of_ceiling": 0.35, "times_baseline": 8.0}
"""For canonical records."""

BAR_CELLS = 30
PROFILE_LINES = 12
_TITLES = {
    "ceiling": "client and JSON decoder alone",
    "baseline_faust": "Faust agent, record by record",
    "coagent_canonical": "coagent ingest, canonical",
    "coagent_litellm": "coagent ingest, LiteLLM",
    "coagent_otlp": "coagent ingest, OTLP protobuf",
}


def intake_figures(intake: Intake) -> dict[str, dict[str, Any]]:
    """What `--json` writes: by measurement, rates in requests a second and what they are of ceiling and baseline."""
    ceiling, baseline = (intake.measurements[name].records_per_s for name in ("ceiling", "baseline_faust"))
    return {
        name: {
            "records_per_s": round(one.records_per_s),
            "records_per_cpu_s": round(one.records_per_cpu_s),
            "records": one.records,
            "seconds": round(one.seconds, 3),
            "cpu_s": round(one.cpu_s, 3),
            "of_ceiling": round(one.records_per_s / ceiling, 4),
            "times_baseline": round(one.records_per_s / baseline, 2),
            "broker": intake.broker,
        }
        for name, one in intake.measurements.items()
    }


def intake_view(intake: Intake) -> RenderableType:
    """A bar for each measurement, then the goals, then the profiles."""
    figures = intake_figures(intake)
    table = Table(
        box=None, pad_edge=False, title=f"Requests a second on one core, {intake.broker}", title_justify="left"
    )
    for heading, justify in (("", "left"), ("requests/s", "right"), ("", "left"), ("of ceiling", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # rich's literal
    table.add_column("times baseline", justify="right")
    table.add_column("per CPU second", justify="right")
    for name, found in figures.items():
        table.add_row(*_row(name, found))
    profiles = [_profile_view(name, stats) for name, stats in intake.profiles.items()]
    return Group(table, "", *_goals(figures["coagent_canonical"]), *profiles)


def _row(name: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        _TITLES[name],
        f"{found['records_per_s']:,}",
        bar(min(found["of_ceiling"], 1.0), BAR_CELLS),
        f"{found['of_ceiling']:.0%}",
        f"{found['times_baseline']:.1f}",
        f"{found['records_per_cpu_s']:,}",
    )


def _goals(canonical: Mapping[str, Any]) -> list[Text]:
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
