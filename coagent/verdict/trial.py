"""What people ask for becomes a trial, checked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from coagent.domain.errors import Fatal
from coagent.domain.slo import Match
from coagent.domain.verdict import METRICS, RELATIVE, Arms, Margin, Metric, Mode, PairBy, Trial, trial_id
from coagent.verdict.plan import WIDEST, inner

DEFAULT_MARGINS: Mapping[Metric, float] = {"success": 0.02, "cost": 0.1, "latency": 0.2}
"""Convention: 2 points of successes, 10 % of cost, 20 % of latency. Quality has none: not every score is a rate."""


def margins(
    allowed: Mapping[str, float], halts: Mapping[str, float], expected: Mapping[str, float]
) -> tuple[Margin, ...]:
    """In the order of METRICS. Raises Fatal where one cannot be tested."""
    unknown = {*allowed, *halts, *expected} - set(METRICS)
    if unknown:
        raise Fatal(f"no metric {', '.join(sorted(unknown))}: one of {', '.join(METRICS)}")
    wanted = allowed or DEFAULT_MARGINS
    left_out = ({*halts, *expected} if allowed else set()) - set(wanted)
    if left_out:
        raise Fatal(f"--margin names no {', '.join(sorted(left_out))}: give each metric its margin")
    return tuple(
        _margin(metric, wanted[metric], halts.get(metric), expected.get(metric, 0.0))
        for metric in METRICS
        if metric in wanted
    )


def _margin(metric: Metric, margin: float, halt: float | None, expected: float) -> Margin:
    for value in (margin, margin if halt is None else halt, expected):
        if not -1 < value or not inner(metric, value) < WIDEST[metric]:
            unit = "relative, 0.1 is 10 %" if metric in RELATIVE else "a difference, 0.02 is 2 points"
            raise Fatal(f"{metric}: {value:g} is no margin ({unit})")
    if margin <= expected:
        raise Fatal(f"{metric}: the margin has to be above what is expected ({expected:g}): else nothing certifies it")
    return Margin(metric=metric, margin=margin, halt=margin if halt is None else halt, expected=expected)


def new_trial(
    *,
    name: str,
    mode: Mode,
    pair_by: PairBy | None,
    arms: Arms,
    match: Match,
    margins: Sequence[Margin],
    alpha: float,
    since: datetime,
    ends_at: datetime,
    started_at: datetime,
    started_by: str,
    opportunity_id: str | None = None,
) -> Trial:
    """Raises Fatal where it makes no sense."""
    if arms.control == arms.candidate:
        raise Fatal("control and candidate have to differ")
    if mode == "shadow" and pair_by is None:
        raise Fatal("a shadow test needs --pair: what both requests of a pair share, such as request_id")
    if not 0 < alpha <= 0.5:  # noqa: PLR2004  more is no promise
        raise Fatal("--alpha: above 0, at most 0.5")
    if ends_at <= since:
        raise Fatal("it ends before it begins: give it more days")
    return Trial(
        id=trial_id(name, started_at),
        name=name,
        mode=mode,
        pair_by=pair_by if mode == "shadow" else None,
        arms=arms,
        match=match,
        margins=tuple(margins),
        alpha=alpha,
        since=since,
        ends_at=ends_at,
        started_at=started_at,
        started_by=started_by,
        opportunity_id=opportunity_id,
    )
