"""What detection has to reach, declared here alone, and how far what was measured is from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from coagent.bench.detection_report import DetectionReport
from coagent.bench.sections.cases import Case
from coagent.bench.sections.power import ALL, LONE, Power
from coagent.bench.sections.quantiles import quantile

Number = float | None
NEVER = float("inf")
KIB = 1024
BURSTS = "day cycle and bursts"
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Goal:
    """`at` says on which side of the `bound` it is met; `of` finds the figure, None where it was not measured; `on`
    says what it was measured on.
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
    on = goal.on(report) if measured is not None else ""
    return Reached(goal.name, goal.at, goal.bound, goal.unit, measured, met, on)


def _worst(figures: Iterable[Number]) -> Number:
    """The greatest; what was never found took for ever. None where there is none at all."""
    return max((NEVER if one is None else one for one in figures), default=None)


def _cases(report: DetectionReport, *expected: str) -> list[Case]:
    return [one for one in report.cases or () if one.expect in expected]


def _share_right(*expected: str) -> Callable[[DetectionReport], Number]:
    def of(report: DetectionReport) -> Number:
        some = _cases(report, *expected)
        return 100 * sum(one.right for one in some) / len(some) if some else None

    return of


def _how_many(*expected: str) -> Callable[[DetectionReport], str]:
    def on(report: DetectionReport) -> str:
        some = _cases(report, *expected)
        return f"{sum(one.right for one in some)} of {len(some)} cases"

    return on


def _case_delay(part: float) -> Callable[[DetectionReport], Number]:
    """Of the shifts that were found."""

    def of(report: DetectionReport) -> Number:
        return quantile([one.rows_to_alarm for one in _cases(report, "shift") if one.rows_to_alarm], part)

    return of


def _false_reports(report: DetectionReport) -> Number:
    return float(sum(one.false for one in report.cases)) if report.cases else None


def _pages(worst: bool) -> Callable[[DetectionReport], Number]:
    """In the pattern that may have some, or the worst of the others."""
    return lambda report: _worst(one.pages for one in report.nulls or () if (one.pattern == BURSTS) == worst)


def _power(report: DetectionReport, **wanted: object) -> list[Power]:
    return [one for one in report.power or () if all(getattr(one, name) == value for name, value in wanted.items())]


def _over_limit(change: str, signals: str) -> Callable[[DetectionReport], Number]:
    def of(report: DetectionReport) -> Number:
        found = [one for one in _power(report, change=change, signals=signals, tenants=1) if one.limit]
        deepest = max((one.rows_before for one in found), default=0)
        return _worst(one.over_limit for one in found if one.rows_before == deepest)

    return of


def _beside_one_tenant(who: str) -> Callable[[DetectionReport], Number]:
    """Delay over that of the same change in one tenant's own stream with as many rows before."""

    def of(report: DetectionReport) -> Number:
        for many in _power(report, change="location 1 sd", who=who, signals=LONE):
            before = many.rows_before // many.tenants if who == "one" else many.rows_before
            for own in _power(report, change="location 1 sd", tenants=1, rows_before=before, signals=LONE):
                return many.median / own.median if many.median and own.median else NEVER
        return None

    return of


def _named(report: DetectionReport) -> Number:
    return next((100 * (one.named or 0.0) for one in _power(report, who="one")), None)


def _promise(report: DetectionReport) -> Number:
    """Only a sure breach counts."""
    return _worst(one.low / one.promised for one in report.promise or ())


def _sure_right(report: DetectionReport) -> Number:
    sure = [one for one in report.causes.calibration if one.low == SURE] if report.causes else []
    return 100 * sure[0].right if sure and sure[0].right is not None else None


def _how_sure(report: DetectionReport) -> str:
    return f"{report.causes.calibration[-1].reported} causes" if report.causes else ""


def _demo_rows(report: DetectionReport) -> Number:
    return _worst(one.rows_to_page for one in report.demo or ())


def _demo_runs(report: DetectionReport) -> str:
    return f"slowest of {len(report.demo or ())} runs"


def _demo_named(report: DetectionReport) -> Number:
    runs = report.demo or ()
    right = {"quantization_or_stack", "silent_version"}
    return 100 * sum(one.kind in right for one in runs) / len(runs) if runs else None


def _full_batches(report: DetectionReport) -> str:
    return f"batches of {report.cost.batch_rows:,} rows" if report.cost else ""


GOALS: tuple[Goal, ...] = (
    Goal("cases: shifts found", "least", 100 * 11 / 13, "%", _share_right("shift"), _how_many("shift")),
    Goal("cases: hard ones found", "least", 100 * 2 / 3, "%", _share_right("hard"), _how_many("hard")),
    Goal("cases: false reports", "most", 0, "", _false_reports),
    Goal(
        "cases: improvements reported, not paged", "least", 100, "%",
        _share_right("improvement"), _how_many("improvement"),
    ),
    Goal("cases: median rows to the alarm", "most", 15, "rows", _case_delay(0.5)),
    Goal("cases: 90th percentile", "most", 60, "rows", _case_delay(0.9)),
    Goal(f"null: pages a million rows, {BURSTS}", "most", 30, "", _pages(worst=True)),
    Goal("null: pages a million rows, worst other pattern", "most", 0, "", _pages(worst=False)),
    *(
        Goal(f"{change}, {signals}: median over Lorden's", "most", bound, "x", _over_limit(change, signals))
        for change in ("location 0.5 sd", "location 1 sd")
        for signals, bound in ((LONE, 1.3), (ALL, 1.5))
    ),
    Goal("+1 sd in 50 unlike tenants over one tenant", "most", 1.5, "x", _beside_one_tenant("unlike")),
    Goal("+1 sd in one tenant of 50 over its own stream", "most", 2, "x", _beside_one_tenant("one")),
    Goal("that tenant named", "least", 100, "%", _named),
    Goal("false alarms within T rows over T / A, at least", "most", 1, "x", _promise),
    Goal("causes stated with 90 % or more: right", "least", 90, "%", _sure_right, _how_sure),
    Goal(
        "causes of a wrong family", "below", 3, "%",
        lambda report: 100 * report.causes.wrong_family if report.causes else None,
    ),
    Goal("demo: rows to the page", "most", 100, "rows", _demo_rows, _demo_runs),
    Goal("demo: named quantization, stack or version", "least", 100, "%", _demo_named, _demo_runs),
    Goal(
        "sensing a row", "below", 5, "µs",
        lambda report: report.cost.sense_us_per_row if report.cost else None, _full_batches,
    ),
    Goal(
        "state of a stream", "below", 128, "KiB",
        lambda report: max(report.cost.state_bytes, report.cost.changed_state_bytes) / KIB if report.cost else None,
    ),
)  # fmt: skip
