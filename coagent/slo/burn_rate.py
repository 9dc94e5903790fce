"""Multi-window, multi-burn-rate alerts. Source: The Site Reliability Workbook, chapter 5, table 5-8.

A burn rate is the share of bad events over the error budget: at 1 the budget lasts exactly its window.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scipy.stats import binom

from coagent.domain.slo import Bucket, BurnRate, BurnWindow, Slo, SloStatus

CHANCE = 1e-4
"""A window fires only where as many bad events are rarer than this if the objective were just met (binomial): with
little traffic a single failure is a burn rate of hundreds. Evaluated each minute, of which about 700 windows of an hour
a month are independent: one false alarm in a year.
"""
PROJECTED_FROM_S = 6 * 3600
"""The speed of the last six hours is carried on: one hour is too nervous, three days too slow (convention)."""


def slo_status(slo: Slo, buckets: Sequence[Bucket], now: datetime) -> SloStatus:
    """`buckets`: what is known of the SLO's window, without overlaps, in any order. A bucket counts for a window where
    it begins within it or holds its beginning: windows of hours begin at a full hour.
    """
    events, bad = _sums(buckets, slo.window_s, now)
    left = 1 - bad / (events * slo.budget) if events else None
    return SloStatus(
        slo=slo,
        at=now,
        events=events,
        bad=bad,
        budget_left=left,
        exhausted_at=_exhausted_at(slo, buckets, left, now),
        burn_rates=[_burn_rate(slo, window, buckets, now) for window in slo.windows],
    )


def _burn_rate(slo: Slo, window: BurnWindow, buckets: Sequence[Bucket], now: datetime) -> BurnRate:
    events, bad = _sums(buckets, window.long_s, now)
    long_rate = _rate(slo, events, bad)
    short_rate = _rate(slo, *_sums(buckets, window.short_s, now))
    chance = float(binom.sf(bad - 1, events, slo.budget)) if events else None
    fast = all(rate is not None and rate >= window.rate for rate in (long_rate, short_rate))
    return BurnRate(
        window=window,
        long_rate=long_rate,
        short_rate=short_rate,
        events=events,
        bad=bad,
        chance=chance,
        fires=fast and events >= slo.min_events and chance is not None and chance < CHANCE,
    )


def _rate(slo: Slo, events: int, bad: int) -> float | None:
    return bad / events / slo.budget if events else None


def _sums(buckets: Sequence[Bucket], length_s: int, now: datetime) -> tuple[int, int]:
    begin = now - timedelta(seconds=length_s)
    held = [one for one in buckets if begin < one.start + timedelta(seconds=one.length_s) and one.start <= now]
    return sum(one.events for one in held), sum(one.bad for one in held)


def _exhausted_at(slo: Slo, buckets: Sequence[Bucket], left: float | None, now: datetime) -> datetime | None:
    """At burn rate 1 a whole budget lasts the whole window."""
    rate = _rate(slo, *_sums(buckets, PROJECTED_FROM_S, now))
    if left is None or left <= 0 or not rate:
        return None
    wait_s = left * slo.window_s / rate
    return now + timedelta(seconds=wait_s) if wait_s <= slo.window_s else None
