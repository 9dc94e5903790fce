"""The sensor of whole streams, beside ADWIN on the same signals."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape
from rich.text import Text

from coagent.bench.detection_report import DetectionReport
from coagent.bench.sections.quantiles import quantile
from coagent.bench.sections.stream_nulls import StreamNull
from coagent.bench.sections.stream_sensor import StreamCase
from coagent.bench.tables import Cell, cell, table


def stream_views(report: DetectionReport) -> Iterator[RenderableType]:
    """Nothing where neither was measured."""
    if report.stream_cases:
        yield _cases(report.stream_cases)
        yield Text(summary(report.stream_cases))
    if report.stream_nulls:
        yield _nulls(report.stream_nulls)


def _cases(cases: list[StreamCase]) -> RenderableType:
    rows = (
        (escape(one.name), one.expect, one.signal or "-", one.rows_to_alarm, one.false, one.improvements,
         one.adwin_rows_to_alarm, one.adwin_false)
        for one in cases
    )  # fmt: skip
    names = "case|expect|signal|rows to alarm|false|better|ADWIN: rows|ADWIN: false"
    return table("Labelled cases, whole streams", names, rows)


def summary(cases: list[StreamCase]) -> str:
    """What was found of what, how soon, and what was wrong."""
    shifts, hard = ([one for one in cases if one.expect == kind] for kind in ("shift", "hard"))
    delays = [one.rows_to_alarm for one in shifts]
    found = sorted(one for one in delays if one is not None)
    counts = " and ".join(
        f"{sum(one.rows_to_alarm is not None for one in some)} of {len(some)} {kind}"
        for some, kind in ((shifts, "shifts"), (hard, "hard"))
    )
    times = f"median {cell(quantile(found, 0.5))}, 90 % within {cell(quantile(found, 0.9))} rows of those found"
    return f"{counts} found, {times}; {sum(one.false for one in cases)} false alarms"


def _nulls(nulls: list[StreamNull]) -> RenderableType:
    lengths = list(nulls[0].false_per_million)
    rows: list[tuple[Cell, ...]] = [(one.name, one.rows, *one.false_per_million.values()) for one in nulls]
    names = "|".join(("nothing changed, but", "rows", *(f"streams of {length}" for length in lengths)))
    return table("False alarms a million rows, whole streams", names, rows)
