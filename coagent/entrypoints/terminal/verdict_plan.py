"""What a trial that begins will take."""

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import count, moment, percent
from coagent.domain.verdict import Metric, Trial
from coagent.domain.verdict_words import METRIC_NAME, arms, change, worst
from coagent.entrypoints.terminal.wording import plain
from coagent.verdict.forecast import POWER, sample_size
from coagent.verdict.plan import RATIO_UNIT, plan_of

ASSUMED: Mapping[Metric, tuple[float, str]] = {
    "success": (2 * 0.95 * 0.05, "19 of 20 requests succeed"),
    "quality": (2 * 0.2**2, "scores have a standard deviation of 0.2"),
    "cost": (2.0, "costs have a standard deviation of their mean"),
    "latency": (2 * (0.7 / RATIO_UNIT) ** 2, "latencies are log-normal with a spread of 0.7"),
}
"""Variance of a comparison of two unlike requests, in the unit of the effect: convention, until requests have come."""


def comparisons(trial: Trial) -> list[tuple[Metric, float]]:
    """How many each metric takes to be certified in four of five trials, if all is as expected."""
    plans = [plan_of(one, trial.alpha, len(trial.margins)) for one in trial.margins]
    return [(one.metric, sample_size(ASSUMED[one.metric][0], one.distance, trial.alpha)) for one in plans]


def verdict_plan(trial: Trial) -> RenderableType:
    """A line on what was started, and a table of what it may take."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Metric", "Expected", "At worst", "Comparisons", "Assumed"):
        table.add_column(name, overflow="fold")
    for margin, (metric, size) in zip(trial.margins, comparisons(trial), strict=True):
        expected = worst(metric, margin.expected) if margin.expected else change(metric, 0.0)
        known = (METRIC_NAME[metric], expected, worst(metric, margin.margin), count(round(size)), ASSUMED[metric][1])
        table.add_row(*known)
    how = "pairs of requests" if trial.mode == "shadow" else "like requests of both arms"
    return Group(
        Text(plain(f"{trial.name} ({trial.id}) compares {how}, {arms(trial)}, from {moment(trial.since)} UTC on.")),
        table,
        Text(
            f"Comparisons: {percent(POWER)} of such trials are certified by then; pairs that are alike need fewer. "
            f"`coagent verdict show {trial.id}` shows how it stands.",
            style="dim",
        ),
    )
