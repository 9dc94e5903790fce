"""Rollups to opportunities."""

from collections.abc import Sequence
from itertools import groupby

from coagent.advise.batch_tier import batch_tier
from coagent.advise.repeated_prompts import repeated_prompts
from coagent.advise.window import Window
from coagent.domain.opportunity import Opportunity
from coagent.domain.rollup import Rollup

ADVISORS = (repeated_prompts, batch_tier)
"""Each: (segment, its rollups ascending by minute, the whole window) to an opportunity, or None where the figures
do not carry one. An unknown price makes none.
"""


def opportunities(rollups: Sequence[Rollup]) -> list[Opportunity]:
    """The most expected savings first. `rollups`: the newest of each (segment, minute, part), in any order."""
    if not rollups:
        return []
    window = Window.of(rollups)
    ordered = sorted(rollups, key=lambda one: (one.segment.key(), one.minute, one.part))
    segments = [list(of_segment) for _, of_segment in groupby(ordered, key=lambda one: one.segment)]
    found = [advisor(rows[0].segment, rows, window) for rows in segments for advisor in ADVISORS]
    return sorted(filter(None, found), key=lambda one: (-one.monthly_savings_usd.expected, one.id))
