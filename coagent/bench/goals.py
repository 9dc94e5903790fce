"""What detection has to reach, declared here alone, and how far what was measured is from it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Literal

import msgspec

from coagent.bench.detection_report import DetectionReport
from coagent.bench.sections.cases import Case

Number = float | None
PAGE_ROWS = (("prime_gpt4_swap", 20), ("llmperf_*", 20), ("prime_gpt35_swap", 60))
"""Rows from the change to the page, of the cases that are known by name."""
KIB = 1024


@dataclass(frozen=True, slots=True)
class Goal:
    """`at` says on which side of the `bound` it is met; `of` finds the figure, None where it was not measured; `on`
    tells what it was measured on.
    """

    name: str
    at: Literal["least", "most", "below"]
    bound: float
    unit: str
    of: Callable[[DetectionReport], Number]
    on: Callable[[DetectionReport], str] = lambda _: ""


class Reached(msgspec.Struct, frozen=True):
    """`measured` and `met` are None where it was not measured; where something never happened it is infinite, which
    JSON writes as null beside a known `met`.
    """

    goal: str
    at: Literal["least", "most", "below"]
    bound: float
    unit: str
    measured: float | None
    met: bool | None
    on: str


def reached(report: DetectionReport) -> list[Reached]:
    """Every goal."""
    return [_one(goal, report) for goal in GOALS]


def _one(goal: Goal, report: DetectionReport) -> Reached:
    measured, met = goal.of(report), None
    if measured is not None:
        met = {
            "least": measured >= goal.bound,
            "most": measured <= goal.bound,
            "below": measured < goal.bound,
        }[goal.at]
    return Reached(
        goal.name, goal.at, goal.bound, goal.unit, measured, met, goal.on(report) if measured is not None else ""
    )


def _worst(figures: Iterable[Number], unknown: float = float("inf")) -> Number:
    """The greatest; what was never found took for ever. None where there is none at all."""
    return max((unknown if one is None else one for one in figures), default=None)


def _share_right(report: DetectionReport) -> Number:
    return sum(one.right for one in report.cases) / len(report.cases) if report.cases else None


def _shifts(report: DetectionReport, pattern: str = "*") -> Iterator[Case]:
    return (one for one in report.cases or () if one.expect == "shift" and fnmatch(one.name, pattern))


def _page_rows(pattern: str) -> Callable[[DetectionReport], Number]:
    return lambda report: _worst(one.rows_to_page for one in _shifts(report, pattern))


def _onset_error(report: DetectionReport) -> Number:
    named = [one for pattern, _ in PAGE_ROWS for one in _shifts(report, pattern)]
    return _worst(None if one.onset_error is None else abs(one.onset_error) for one in named)


def _delay_ratio(change: str, signals: str) -> Callable[[DetectionReport], Number]:
    def of(report: DetectionReport) -> Number:
        wanted = (change, signals, "iid", 1)
        found = (one for one in report.delays or () if (one.change, one.signals, one.traffic, one.tenants) == wanted)
        return _worst(one.ratio for one in found)

    return of


def _thin_rollout(report: DetectionReport) -> Number:
    return _worst(
        one.alarm_median for one in report.delays or () if one.tenants > 1 and one.change.startswith("3 sd on 0.8 %")
    )


def _null_pages(report: DetectionReport) -> Number:
    return float(report.null[-1].pages) if report.null else None


def _null_rows(report: DetectionReport) -> str:
    return f"{report.null[-1].rows:,} rows, {report.null[-1].segments:,} segments" if report.null else ""


def _shortest(report: DetectionReport) -> str:
    return min(report.run_length or (), key=lambda one: one.alarms.ratio or float("inf")).traffic


def _changes(report: DetectionReport) -> str:
    return f"{report.causes.runs} changes" if report.causes else ""


def _run_length(report: DetectionReport) -> Number:
    """Of the pattern in which it is shortest."""
    ratios = [float("inf") if one.alarms.ratio is None else one.alarms.ratio for one in report.run_length or ()]
    return min(ratios, default=None)


def _percent(share: float | None) -> Number:
    return None if share is None else 100 * share


def _full_batches(report: DetectionReport) -> str:
    return f"batches of {report.cost.batch_rows:,} rows" if report.cost else ""


GOALS: tuple[Goal, ...] = (
    Goal("labelled cases judged rightly", "least", 100, "%", lambda report: _percent(_share_right(report))),
    *(
        Goal(f"{pattern}: change to page", "most", rows, "rows", _page_rows(pattern)) for pattern, rows in PAGE_ROWS
    ),
    Goal("those cases: onset off by", "most", 15, "rows", _onset_error),
    Goal("pages in null rows", "most", 0, "pages", _null_pages, _null_rows),
    *(
        Goal(f"{change}, {signals}: median delay over Lorden's", "most", bound, "x", _delay_ratio(change, signals))
        for change, bound in (("location 0.5 sd", 1.3), ("location 1 sd", 1.3), ("rate 1 → 4 %", 1.5))
        for signals in ("lone", "all")
    ),
    Goal("3 sd on 0.8 % over many tenants: median delay", "most", 6_000, "rows", _thin_rollout),
    Goal("run length over promised, worst traffic", "least", 1, "x", _run_length, _shortest),
    Goal(
        "cause right", "least", 85, "%",
        lambda report: _percent(report.causes.right if report.causes else None), _changes,
    ),
    Goal(
        "cause of a wrong family", "below", 3, "%",
        lambda report: _percent(report.causes.wrong_family if report.causes else None),
    ),
    Goal(
        "sensing a row", "most", 2, "µs",
        lambda report: report.cost.sense_us_per_row if report.cost else None, _full_batches,
    ),
    Goal(
        "state of a segment", "most", 64, "KiB",
        lambda report: max(report.cost.state_bytes, report.cost.changed_state_bytes) / KIB if report.cost else None,
    ),
)  # fmt: skip
