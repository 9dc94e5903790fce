"""Answer a prompt that was asked before from a cache instead of paying for it again."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from coagent.advise.distinct_prompts import SIGMAS, DistinctCount, distinct_prompts
from coagent.advise.patch import patch
from coagent.advise.spent import Spent, spent
from coagent.advise.window import Window
from coagent.domain.opportunity import Opportunity
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

KIND = "repeated_prompts"
CACHE_TTL_S = 86_400
WORTH_TELLING_USD = Decimal("0.01")


class Day(NamedTuple):
    """A UTC day's requests whose prompts are known, and how many different prompts these were."""

    date: str
    prompts: int
    cache_hits: int
    distinct: DistinctCount

    def repeats(self, distinct: float) -> Decimal:
        """Requests that repeat a prompt of the day, less those that a cache answered already."""
        return Decimal(max(round(self.prompts - distinct) - self.cache_hits, 0))


def repeated_prompts(segment: Segment, rollups: Sequence[Rollup], window: Window) -> Opportunity | None:
    """None where prompts or prices are unknown, or where the repeats may be the sketch's error. `rollups`: of the
    segment, ascending by minute.
    """
    money = spent(rollups)
    days = [_day(str(date), list(of_day)) for date, of_day in groupby(rollups, key=lambda one: one.minute.date())]
    low = sum((day.repeats(day.distinct.high) for day in days), Decimal(0))
    expected = sum((day.repeats(day.distinct.expected) for day in days), Decimal(0))
    high = sum((day.repeats(day.distinct.low) for day in days), Decimal(0))
    if money is None or not low:
        return None
    savings = window.a_month(*(repeats * money.usd_per_request for repeats in (low, expected, high)))
    if savings.expected < WORTH_TELLING_USD:
        return None
    return Opportunity(
        id=f"{segment.id}-{KIND}",
        kind=KIND,
        segment=segment,
        title=f"Cache exact answers: {expected / sum(day.prompts for day in days):.0%} of prompts repeat within a day",
        monthly_savings_usd=savings,
        assumptions=_assumptions(money, window),
        evidence=[_evidence(day, money) for day in days if day.prompts],
        action=patch(segment, "/cache", {"match": "exact_prompt", "ttl_s": CACHE_TTL_S}),
        risk="A cached answer may be out of date, and whoever wants a new answer to an old prompt gets the old one.",
        validation="Shadow for a week: look each prompt up, answer from the model, compare hit rate and answers.",
        price_version=money.price_version,
    )


def _day(date: str, rollups: Sequence[Rollup]) -> Day:
    return Day(
        date=date,
        prompts=sum(rollup.prompts_known for rollup in rollups),
        cache_hits=sum(rollup.cache_hits or 0 for rollup in rollups),
        distinct=distinct_prompts(rollup.prompt_sketch for rollup in rollups),
    )


def _assumptions(money: Spent, window: Window) -> list[str]:
    return [
        "An answer may be used again until the end of its UTC day.",
        "A repeated request costs what the segment's average priced request costs.",
        f"Low and high come from the distinct-count sketch's bounds at {SIGMAS} standard deviations.",
        window.assumption,
        *([money.assumption] if money.assumption else []),
    ]


def _evidence(day: Day, money: Spent) -> dict[str, object]:
    return {
        "day": day.date,
        "prompts": day.prompts,
        "distinct_prompts": {
            "low": round(day.distinct.low),
            "expected": round(day.distinct.expected),
            "high": round(day.distinct.high),
        },
        "cache_hits": day.cache_hits,
        "usd_per_request": str(round(money.usd_per_request, 9)),
    }
