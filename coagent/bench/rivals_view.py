"""coagent beside its rivals: false alarms and cost, delays change by change, and the labelled cases."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from coagent.bench.detection_report import DetectionReport
from coagent.bench.sections.cases import Case
from coagent.bench.sections.comparison import Compared
from coagent.bench.sections.quantiles import quantile
from coagent.bench.tables import Cell, share, table


def rival_views(report: DetectionReport) -> Iterator[RenderableType]:
    """Tables; nothing where there was no comparison."""
    compared = report.comparison or []
    if compared:
        yield _false_alarms(compared)
        yield from (_delays(compared, place) for place in range(len(compared[0].settings[0].found)))
    if report.case_rivals:
        yield _cases(report)
    yield from (Text(f"left out: {one}", style="yellow") for one in report.left_out)


def _false_alarms(compared: list[Compared]) -> RenderableType:
    patterns = list(compared[0].settings[0].false_alarms_per_100k)
    rows: list[tuple[Cell, ...]] = []
    for one in compared:
        setting = one.chosen
        rates = [setting.false_alarms_per_100k.get(pattern) for pattern in patterns]
        rows.append((one.label, f"{setting.knob:g}", setting.us_per_row, *rates))
    title = f"Tuned to {compared[0].target_per_100k:g} false alarm in 100,000 independent rows; per 100,000 by traffic"
    return table(title, "|".join(("detector", "setting", "µs a row", *patterns)), rows)


def _delays(compared: list[Compared], place: int) -> RenderableType:
    rows: list[tuple[Cell, ...]] = []
    for one in compared:
        found = one.chosen.found[place]
        rows.append((one.label, share(found.recall), found.median, found.p90, found.ratio))
    change = compared[0].settings[0].found[place].change
    return table(f"{change}: rows to the alarm, so tuned", "detector|recall|median|p90|over Lorden", rows)


def _cases(report: DetectionReport) -> RenderableType:
    rows: list[tuple[Cell, ...]] = [_coagent(report.cases)] if report.cases else []
    rows += [
        (one.name, f"{one.found} of {one.shifts}", one.median, one.worst, one.false_before, one.null_per_100k,
         one.traffic_per_100k)
        for one in report.case_rivals or ()
    ]  # fmt: skip
    names = "detector|shifts found|median|worst|false before|no change|traffic changed"
    return table("Labelled cases, a detector a signal: rows to the alarm; alarms per 100,000 rows", names, rows)


def _coagent(cases: list[Case]) -> tuple[Cell, ...]:
    """As it pages, cause included."""
    shifts = [one for one in cases if one.expect == "shift"]
    delays = [one.rows_to_page for one in shifts]
    rates = (_rate([one for one in cases if one.expect == kind]) for kind in ("none", "traffic_mix"))
    found = sum(one is not None for one in delays)
    false = sum(one.false_pages for one in shifts)
    return (
        "coagent, its pages",
        f"{found} of {len(shifts)}",
        quantile(delays, 0.5),
        quantile(delays, 1.0),
        false,
        *rates,
    )


def _rate(cases: list[Case]) -> float | None:
    rows = sum(one.rows for one in cases)
    return 1e5 * sum(one.false_pages for one in cases) / rows if rows else None
