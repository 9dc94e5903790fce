"""The gate's figures as rows of an answer."""

from coagent.domain.gate import UNITS, Effect
from coagent.entrypoints.mcp.reply import Row
from coagent.gate.words import METRIC_NAMES

SIDES = ("before", "after", "change")
FIGURES = (
    "metric",
    "unit",
    *(f"{side}{bound}" for side in SIDES for bound in ("", "_low", "_high")),
    "rests_on",
    "method",
    "why_unknown",
    "remarks",
)


def named(effect: Effect) -> tuple[str, str]:
    """Its metric and unit."""
    return METRIC_NAMES[effect.metric], UNITS[effect.metric]


def figures(metric: str, unit: str, effect: Effect) -> Row:
    """All of FIGURES but remarks, None where unknown."""
    row: Row = {"metric": metric, "unit": unit}
    for side in SIDES:
        one = getattr(effect, side)
        row |= {side: one and one.value, f"{side}_low": one and one.low, f"{side}_high": one and one.high}
    why = effect.why_unknown if effect.change is None else None
    return {**row, "rests_on": effect.rests_on or None, "method": effect.method or None, "why_unknown": why}
