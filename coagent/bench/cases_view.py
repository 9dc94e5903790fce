"""The labelled cases: what coagent says of each, and the rivals beside it."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.markup import escape

from coagent.bench.sections.case_rivals import RivalCase, of_coagent
from coagent.bench.sections.cases import SHIFTS, Case
from coagent.bench.sections.quantiles import quantile
from coagent.bench.tables import Cell, mark, share, table


def cases_view(cases: list[Case] | None, rivals: list[RivalCase] | None) -> Iterator[RenderableType]:
    """A row a case, then a row a detector."""
    delays = {(one.rival, one.case): one for one in rivals or ()}
    names = list(dict.fromkeys(one.rival for one in rivals or () if one.rival != "always"))
    if cases:
        rows = [(*_row(one), *(_rival(delays.get((name, one.name))) for name in names)) for one in cases]
        columns = "case|expected|right|rows to alarm|cause|sure|direction|paged|false"
        yield table("Labelled cases", "|".join((columns, *names)), rows)
    every = [*of_coagent(cases or ()), *(rivals or ())]
    if every:
        yield _summary(every)


def _row(one: Case) -> tuple[Cell, ...]:
    sure = None if one.confidence is None else share(one.confidence)
    paged = "yes" if one.paged else "no"
    return (escape(one.name), one.expect, mark(one.right), one.rows_to_alarm, one.kind, sure, one.direction, paged,
            one.false)  # fmt: skip


def _rival(one: RivalCase | None) -> str:
    """Rows to its alarm, and false alarms in brackets."""
    if one is None:
        return ""
    delay = "-" if one.rows_to_alarm is None else str(one.rows_to_alarm)
    shown = delay if one.expect in SHIFTS else ""
    return f"{shown} ({one.false:,})" if one.false else shown


def _summary(every: list[RivalCase]) -> RenderableType:
    rows = [
        _detector([one for one in every if one.rival == name]) for name in dict.fromkeys(one.rival for one in every)
    ]
    names = "detector|shifts found|hard found|median|p90|false alarms|mixes taken for one|improvements taken for one"
    return table("Labelled cases by detector: rows to the alarm of those found, alarms where none is due", names, rows)


def _detector(cases: Sequence[RivalCase]) -> tuple[Cell, ...]:
    shifts, hard, mixes, better = (
        [one for one in cases if one.expect == kind] for kind in ("shift", "hard", "traffic_mix", "improvement")
    )
    delays = [one.rows_to_alarm for one in shifts if one.rows_to_alarm is not None]
    false = sum(one.false for one in cases if one.expect in {*SHIFTS, "none"})
    return (
        cases[0].rival,
        f"{len(delays)} of {len(shifts)}",
        f"{sum(one.rows_to_alarm is not None for one in hard)} of {len(hard)}",
        quantile(delays, 0.5),
        quantile(delays, 0.9),
        false,
        f"{sum(bool(one.false) for one in mixes)} of {len(mixes)}",
        f"{sum(bool(one.false) for one in better)} of {len(better)}",
    )
