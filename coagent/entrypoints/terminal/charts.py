"""Small pictures made of characters."""

import math

from rich.text import Text

from coagent.domain.shift import Effect

HALF_CELLS = 10


def effect_bar(effect: Effect, style: str) -> Text:
    """The effect (●) and its interval (━) between -1 and +1, with a mark at 0; an unknown bound is not drawn.

    >>> effect_bar(Effect("cliffs_delta", 0.5, 0.3, 0.7), "red").plain
    '──────────┼──━━●━━───'
    """
    value = 0.0 if math.isnan(effect.value) else effect.value
    low, point, high = (_cell(value if math.isnan(one) else one) for one in (effect.low, value, effect.high))
    drawn = [*("─" * HALF_CELLS + "┼" + "─" * HALF_CELLS)]
    drawn[low : high + 1] = "━" * (high + 1 - low)
    drawn[point] = "●"
    picture = Text("".join(drawn), style="dim")
    picture.stylize(style, low, high + 1)
    return picture


def _cell(value: float) -> int:
    """Where a value from -1 to 1 stands; what lies outside stands at the edge."""
    return HALF_CELLS + round(min(max(value, -1.0), 1.0) * HALF_CELLS)
