"""Counts a stream's requests by day and reason, and finds those of the lowest ranks, as they pass.

Bounded: of each day and reason as many ranks as a day's budget are held, not the requests. Samples of several parts,
streams and workers merge exactly: the lowest ranks of all are among the lowest of each.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from coagent.domain.review import REASONS, ReasonRequests, ReviewEntry, ReviewPool
from coagent.domain.segment import Segment
from coagent.review import limits
from coagent.review.limits import Counts
from coagent.review.ranks import HIGHEST, Ranks, ranks
from coagent.review.rows import Floats, ReviewRows

STATE_VERSION = 1
OPEN_DAYS = 3
"""Days held, the most recently touched: two around midnight, and the one before that gives the limits."""
DAY_S = 86_400
SHIFT, LOW_SCORE, LOW_CONFIDENCE, CASCADED, EXPENSIVE, RANDOM = range(len(REASONS))


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """`budget`: requests a day for people; 0: nothing is sampled. `low_score`: below it a score is low."""

    budget: int = 0
    seed: str = "coagent"
    low_score: float = 0.5


class Part(msgspec.Struct, array_like=True):
    """A day while it is open, its figures in the order of REASONS. `lowest`: sorted ranks, int64 little-endian. The
    limits were found on the day before; None: not known.
    """

    day: int
    id: str
    requests: list[int]
    without_id: int
    lowest: list[bytes]
    expensive_usd: float | None
    unlikely_nats: float | None
    costs: Counts = {}
    surprises: Counts = {}


class Sampler:
    """Takes every row it is given: whoever calls drops what was seen before."""

    def __init__(self, segment: Segment, parts: list[Part], config: ReviewConfig) -> None:
        self._segment = segment
        self._parts = {part.day: part for part in parts}
        self._config = config

    @classmethod
    def from_bytes(cls, data: bytes, segment: Segment, config: ReviewConfig) -> Self:
        """From `to_bytes`. Nothing, and another version's bytes, begin anew: that only splits days in parts."""
        if not data:
            return cls(segment, [], config)
        version, parts = msgspec.msgpack.decode(data, type=tuple[int, msgspec.Raw])
        return cls(segment, msgspec.msgpack.decode(parts, type=list[Part]) if version == STATE_VERSION else [], config)

    def to_bytes(self) -> bytes:
        """Empty where nothing is sampled."""
        return msgspec.msgpack.encode((STATE_VERSION, list(self._parts.values()))) if self._parts else b""

    def add(
        self, rows: ReviewRows, *, has_open_shift: bool, origin: Callable[[int], str], sequence: int
    ) -> list[ReviewPool]:
        """Of each day that the rows touch, its absolute counts and new entries; `origin` names a row, the same whatever
        rows come with it; `sequence` grows from call to call.
        """
        if not self._config.budget or not len(rows.times_s):
            return []
        days = (rows.times_s // DAY_S).astype(np.int64)
        drawn = _ranks(rows, self._config.seed)
        touched = [
            self._add(day, np.flatnonzero(days == day), rows, drawn, has_open_shift=has_open_shift, origin=origin)
            for day in sorted(set(days.tolist()))
        ]
        return [_pool(part, self._segment, sequence, entries) for part, entries in touched]

    def _add(
        self,
        day: int,
        places: NDArray[np.intp],
        rows: ReviewRows,
        drawn: Ranks,
        *,
        has_open_shift: bool,
        origin: Callable[[int], str],
    ) -> tuple[Part, list[ReviewEntry]]:
        part = self._parts.pop(day, None) or self._begun(day, origin(int(places[0])))
        self._keep(part)
        reasons = _reasons(rows, places, part, self._config, has_open_shift=has_open_shift)
        has_id = rows.request_ids.codes[places] >= 0
        met = np.bincount(reasons[has_id], minlength=len(REASONS)).tolist()
        part.requests = [before + fresh for before, fresh in zip(part.requests, met, strict=True)]
        part.without_id += int(np.count_nonzero(~has_id))
        limits.add(part.costs, rows.costs_usd[places])
        limits.add(part.surprises, -rows.logprobs[places])
        chosen = [
            (reason, place)
            for reason in np.flatnonzero(met).tolist()
            for place in self._lowest(part, reason, places[has_id & (reasons == reason)], drawn)
        ]
        return part, [_entry(rows, place, reason, int(drawn[place])) for reason, place in chosen]

    def _keep(self, part: Part) -> None:
        """As the most recently touched."""
        self._parts[part.day] = part
        while len(self._parts) > OPEN_DAYS:
            del self._parts[next(iter(self._parts))]

    def _begun(self, day: int, origin: str) -> Part:
        before = max((one for one in self._parts if one < day), default=None)
        known = None if before is None else self._parts[before]
        name = hashlib.blake2b(f"{origin}/{day}".encode(), digest_size=6).hexdigest()
        expensive = None if known is None else limits.upper_limit(known.costs)
        unlikely = None if known is None else limits.upper_limit(known.surprises)
        return Part(day, name, [0] * len(REASONS), 0, [b""] * len(REASONS), expensive, unlikely)

    def _lowest(self, part: Part, reason: int, places: NDArray[np.intp], drawn: Ranks) -> Iterator[int]:
        """Those of the rows that are now among the lowest; the part keeps their ranks."""
        known = np.frombuffer(part.lowest[reason], "<i8")
        limit = known[-1] if len(known) >= self._config.budget else HIGHEST
        low = places[drawn[places] < limit]
        if not low.size:
            return
        fresh, first = np.unique(drawn[low], return_index=True)
        is_new = ~np.isin(fresh, known)
        kept = np.sort(np.concatenate([known, fresh[is_new]]))[: self._config.budget]
        part.lowest[reason] = kept.astype("<i8").tobytes()
        yield from low[first[is_new & (fresh <= kept[-1])]].tolist()


def _ranks(rows: ReviewRows, seed: str) -> Ranks:
    """Of each row; without an id the highest."""
    return np.append(ranks(rows.request_ids.values, seed), HIGHEST)[rows.request_ids.codes]


def _reasons(
    rows: ReviewRows, places: NDArray[np.intp], part: Part, config: ReviewConfig, *, has_open_shift: bool
) -> NDArray[np.int64]:
    """An index into REASONS for each row: the first that applies."""
    unlikely = np.inf if part.unlikely_nats is None else part.unlikely_nats
    expensive = np.inf if part.expensive_usd is None else part.expensive_usd
    found = np.full(len(places), RANDOM)
    if has_open_shift:
        found[:] = SHIFT
        return found
    found[rows.costs_usd[places] >= expensive] = EXPENSIVE
    found[(rows.fallbacks[places] > 0) | (rows.attempts[places] > 1)] = CASCADED
    found[-rows.logprobs[places] >= unlikely] = LOW_CONFIDENCE
    found[rows.scores[places] < config.low_score] = LOW_SCORE
    return found


def _entry(rows: ReviewRows, place: int, reason: int, rank: int) -> ReviewEntry:
    request_id = rows.request_ids.of(place)
    assert request_id is not None
    return ReviewEntry(
        request_id=request_id,
        reason=REASONS[reason],
        rank=rank,
        time=datetime.fromtimestamp(float(rows.times_s[place]), UTC),
        task=rows.tasks.of(place),
        tenant=rows.tenants.of(place),
        cost_usd=_known(rows.costs_usd, place),
        quality_score=_known(rows.scores, place),
        mean_logprob=_known(rows.logprobs, place),
    )


def _known(values: Floats, place: int) -> float | None:
    value = float(values[place])
    return value if np.isfinite(value) else None


def _pool(part: Part, segment: Segment, sequence: int, entries: list[ReviewEntry]) -> ReviewPool:
    return ReviewPool(
        segment=segment,
        day=datetime.fromtimestamp(part.day * DAY_S, UTC),
        part=part.id,
        sequence=sequence,
        requests=[ReasonRequests(*one) for one in zip(REASONS, part.requests, strict=True)],
        without_id=part.without_id,
        entries=entries,
    )
