"""A detection report for the terminal: one page."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from coagent.bench.cases_view import cases_view
from coagent.bench.detection_report import DetectionReport
from coagent.bench.goals import Reached
from coagent.bench.goals_view import goals_view
from coagent.bench.sections.causes import Causes
from coagent.bench.sections.cost import Cost
from coagent.bench.sections.demo import DemoRun
from coagent.bench.sections.nulls import Null
from coagent.bench.sections.power import ALL, LONE, Power
from coagent.bench.sections.promise import Promise
from coagent.bench.sections.quantiles import quantile
from coagent.bench.sections.variants import Varied
from coagent.bench.tables import Cell, cell, mark, share, span, table


def detection_view(report: DetectionReport, goals: list[Reached]) -> RenderableType:
    """Whatever was measured, a table each; every goal at the end."""
    seeds = f"simulated rows: seeds {report.seeds[0]} to {report.seeds[-1]}"
    tables = (
        *cases_view(report.cases, report.rivals),
        *_variants(report.variants or []),
        *_nulls(report.nulls or []),
        *_power(report.power or []),
        *_promises(report.promise or []),
        *_causes(report.causes),
        *_demo(report.demo or []),
        *_cost(report.cost),
    )
    return Group(Text(seeds, style="dim"), *tables, goals_view(goals))


def _variants(every: list[Varied]) -> Iterator[RenderableType]:
    if every:
        rows = (
            (one.variant, one.expect, f"{one.right} of {one.streams}", one.median_rows, one.false, one.paged,
             one.rival_found, one.rival_false)
            for one in every
        )  # fmt: skip
        names = "variant|expected|right|median rows to the alarm|false reports|paged|ADWIN found|ADWIN false"
        yield table("Labelled cases, otherwise cut", names, rows)


def _nulls(nulls: list[Null]) -> Iterator[RenderableType]:
    """Alarms / reports / pages a million rows, by length of stream."""
    if not nulls:
        return
    lengths = sorted({one.stream_rows for one in nulls})
    found = {(one.pattern, one.stream_rows): one for one in nulls}
    rows = [
        (pattern, *(_false(found[pattern, length]) for length in lengths))
        for pattern in dict.fromkeys(one.pattern for one in nulls)
    ]
    title = f"Nothing changed: alarms / reports / pages a million rows ({sum(one.rows for one in nulls):,} rows)"
    yield table(title, "|".join(("pattern", *(f"streams of {length:,}" for length in lengths))), rows)


def _false(one: Null) -> str:
    return f"{cell(one.alarms)} / {cell(one.reported)} / {cell(one.pages)}"


def _power(every: list[Power]) -> Iterator[RenderableType]:
    if not every:
        return
    grid = [one for one in every if (one.who == "alike" and one.change.startswith("location 3")) or one.share < 1]
    before = sorted({one.rows_before for one in grid})
    found = {(one.share, one.tenants, one.rows_before): one for one in grid}
    rows: list[tuple[Cell, ...]] = [
        (
            f"{100 * part:g} %, {tenants} tenant{'s' * (tenants > 1)}",
            *(_delay(found[part, tenants, one]) for one in before),
        )
        for part, tenants in dict.fromkeys((one.share, one.tenants) for one in grid)
    ]
    names = "|".join(("share of the rows", *(f"{one:,} before" for one in before)))
    yield table("+3 sd in one signal: median / 90th percentile of rows to the alarm", names, rows)
    yield _others([one for one in every if one not in grid])


def _delay(one: Power) -> str:
    return span(one.median, one.p90) if one.found >= 0.5 else f"found in {share(one.found)}"  # noqa: PLR2004  a median


def _others(every: Iterable[Power]) -> RenderableType:
    rows = (
        (f"{one.change}, {_who(one)}", one.rows_before, one.runs, share(one.found), span(one.median, one.p90),
         one.limit, one.over_limit, one.named if one.named is None else share(one.named))
        for one in every
    )  # fmt: skip
    names = "change|rows before|runs|found|median / p90|Lorden's limit|over it|tenant named"
    return table("Beside the limit, and over tenants", names, rows)


def _who(one: Power) -> str:
    tenants = {"alike": f"{one.tenants} alike", "unlike": f"{one.tenants} unlike", "one": f"one of {one.tenants}"}
    return f"{LONE if one.signals == LONE else ALL}" + (f", {tenants[one.who]} tenants" if one.tenants > 1 else "")


def _promises(every: list[Promise]) -> Iterator[RenderableType]:
    if every:
        rows = (
            (f"{one.rows} rows, {one.tenants} tenant{'s' * (one.tenants > 1)}", one.streams, one.alarmed,
             f"{cell(one.low)} - {cell(one.high)}", one.promised, mark(one.low <= one.promised))
            for one in every
        )  # fmt: skip
        yield table("A false alarm within T rows, A = 1,000: share", "T|streams|measured|95 %|promised|kept", rows)


def _causes(causes: Causes | None) -> Iterator[RenderableType]:
    if causes is None:
        return
    rows = (
        (one.change, one.right, one.wrong_kind, one.unknown, one.wrong_family, one.unreported, one.paged_wrongly)
        for one in causes.changes
    )
    names = "change|right|wrong kind|unknown|wrong family|not reported|paged wrongly"
    yield table("Causes", names, rows)
    bands = ", ".join(
        f"from {100 * one.low:.0f} %: {cell(None if one.right is None else 100 * one.right)} % of {one.reported}"
        for one in causes.calibration
    )
    yield Text(
        f"{causes.runs} changes: {share(causes.right)} right, {share(causes.right_family)} of the right family, "
        f"{share(causes.unknown)} unknown, {share(causes.wrong_family)} of a wrong family. Right by stated confidence: "
        f"{bands}"
    )


def _demo(runs: list[DemoRun]) -> Iterator[RenderableType]:
    if not runs:
        return
    alarms, pages = [one.rows_to_alarm for one in runs], [one.rows_to_page for one in runs]
    kinds = {kind: sum(one.kind == kind for one in runs) for kind in dict.fromkeys(one.kind for one in runs)}
    rows = [
        (name, quantile(some, 0.0), quantile(some, 0.5), quantile(some, 1.0))
        for name, some in (("alarm", alarms), ("page", pages))
    ]
    yield table(f"The demo's quantization in {len(runs)} runs: rows from the change", "to the|first|median|last", rows)
    yield Text("Named: " + ", ".join(f"{escape(str(kind))} {count}" for kind, count in kinds.items()))


def _cost(cost: Cost | None) -> Iterator[RenderableType]:
    if cost is None:
        return
    rows = (
        (one.batch_rows, one.sense_us_per_row, one.young_sense_us_per_row, one.step_us_per_row,
         one.changelog_bytes_per_row)
        for one in (*cost.smaller, cost)
    )  # fmt: skip
    names = f"rows a batch|µs sensing|the first {cost.young_rows:,} rows|µs whole step|changelog bytes"
    yield table(f"Cost a row ({cost.signals} signals)", names, rows)
    yield Text(
        f"State of a stream: {cost.state_bytes:,} bytes, {cost.changed_state_bytes:,} while a change is followed; "
        f"{cost.judge_ms:.1f} ms to judge a candidate"
    )
