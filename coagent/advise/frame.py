"""What the advisors compute with: accounts by day, in arrays."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coagent.domain.segment import Segment
from coagent.domain.unit_price import Prices, UnitPrice
from coagent.domain.usage import DayUsage, Usage

Floats = NDArray[np.float64]
Accounts = NDArray[np.intp]
DAY = timedelta(days=1)
LEAST_FULL_DAYS = 2
NO_NUMBERS = {"segment", "day", "price_version", "error_types"}
NUMBERS = tuple(name for name in DayUsage.__struct_fields__ if name not in NO_NUMBERS)


@dataclass(frozen=True, slots=True)
class Frame:
    """`columns`: by name, shape (accounts, days), NaN where unknown, 0 on days without requests. `days` are full UTC
    days; only where there are fewer than two, the first and last are in part. `prices`: of requests to come.
    """

    segments: list[Segment]
    days: list[datetime]
    columns: dict[str, Floats]
    error_types: list[dict[str, int]]
    price_versions: list[str | None]
    median_duration_s: Floats
    observed: timedelta
    end: datetime
    prices: Prices

    @classmethod
    def of(cls, usage: Usage, prices: Prices) -> Self:
        """Accounts in the order of their keys."""
        days = _full_days(usage)
        kept = [one for one in usage.days if days[0] <= one.day <= days[-1] and one.requests]
        segments = sorted({one.segment for one in kept}, key=Segment.key)
        columns = _columns(kept, segments, days)
        medians = np.array([usage.median_duration_s.get(segment, np.nan) for segment in segments])
        types, versions = _error_types(kept, segments), _versions(kept, segments)
        observed = usage.end - usage.start
        return cls(segments, days, columns, types, versions, medians, observed, usage.end, prices)

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def total(self, name: str) -> Floats:
        """Over the days, shape (accounts,); NaN where no day with requests knows it."""
        values = self.columns[name]
        known = ~np.isnan(values) & (self.columns["requests"] > 0)
        return np.where(known.any(axis=1), np.nansum(values, axis=1), np.nan)

    def share(self, name: str, known: str) -> Floats:
        """Of the requests of which it is known, over the days; shape (accounts,), NaN where it is not known."""
        return divided(self.total(name), self.total(known))

    def per_request(self, name: str) -> Floats:
        """Mean over the days that know it, shape (accounts,)."""
        values = self.columns[name]
        requests = np.where(np.isnan(values), 0, self.columns["requests"])
        return divided(np.nansum(values, axis=1), requests.sum(axis=1))

    @property
    def usd_per_request(self) -> Floats:
        """Of each day's priced requests, shape (accounts, days); 0 where none is priced."""
        return np.nan_to_num(divided(self.columns["cost_usd"], self.columns["cost_known"]))

    @property
    def spend(self) -> Floats:
        """US dollars by day, shape (accounts, days), 0 where none is known."""
        return np.nan_to_num(self.columns["cost_usd"])

    def price_version(self, accounts: Accounts) -> str | None:
        """The greatest of them."""
        return max((self.price_versions[one] or "" for one in accounts), default="") or None

    @property
    def unit_prices(self) -> list[UnitPrice | None]:
        """Of each account's model, None where unknown."""
        return [self.prices(one.provider, one.request_model) for one in self.segments]

    def error_counts(self, accounts: Accounts) -> dict[str, int]:
        """By type, the most frequent first."""
        counts: Counter[str] = Counter()
        for one in accounts:
            counts.update(self.error_types[one])
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def groups(self, accounts: Accounts, key: Callable[[Segment], Segment]) -> Iterator[tuple[Segment, Accounts]]:
        """Accounts that have something in common, ascending by it."""
        keys = [key(self.segments[one]) for one in accounts]
        for common in sorted(set(keys), key=Segment.key):
            yield common, accounts[[one == common for one in keys]]


def model_of(segment: Segment) -> Segment:
    """Its provider and model alone."""
    return Segment(segment.provider, segment.request_model)


def task_of(segment: Segment) -> Segment:
    """Its provider, model and task."""
    return Segment(segment.provider, segment.request_model, task=segment.task)


def mean_of_known(values: Floats, otherwise: float = np.nan) -> float:
    """The mean of the known ones; `otherwise` where there are none."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else otherwise


def divided(above: Floats, below: Floats) -> Floats:
    """NaN where there is nothing to divide by."""
    unknown: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    return np.divide(above, below, out=unknown, where=below > 0)


def _full_days(usage: Usage) -> list[datetime]:
    days = sorted({one.day for one in usage.days})
    full = [day for day in days if usage.start <= day and day + DAY <= usage.end]
    kept = full if len(full) >= LEAST_FULL_DAYS else days
    return [kept[0] + DAY * number for number in range((kept[-1] - kept[0]) // DAY + 1)]


def _columns(kept: list[DayUsage], segments: list[Segment], days: list[datetime]) -> dict[str, Floats]:
    account = {segment: number for number, segment in enumerate(segments)}
    rows = np.array([account[one.segment] for one in kept], np.intp)
    places = np.array([(one.day - days[0]) // DAY for one in kept], np.intp)
    found = {}
    for name in NUMBERS:
        column = np.zeros((len(segments), len(days)))
        column[rows, places] = [_number(getattr(one, name)) for one in kept]
        found[name] = column
    return found


def _number(value: float | Decimal | None) -> float:
    return np.nan if value is None else float(value)


def _error_types(kept: list[DayUsage], segments: list[Segment]) -> list[dict[str, int]]:
    counts: dict[Segment, dict[str, int]] = {segment: {} for segment in segments}
    for one in kept:
        for name, count in one.error_types.items():
            held = counts[one.segment]
            held[name] = held.get(name, 0) + count
    return [counts[segment] for segment in segments]


def _versions(kept: list[DayUsage], segments: list[Segment]) -> list[str | None]:
    newest = {one.segment: one.price_version for one in kept if one.price_version}
    return [newest.get(segment) for segment in segments]
