"""A day's queue: of each stratum the requests of the lowest ranks, and what users reported."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import floor
from typing import NamedTuple

from coagent.domain.review import REPORTED, Cell, Draw, DrawnCell, QueueItem, ReviewEntry
from coagent.review.strata import Stratum, allocation, strata

REPORTED_SHARE = 0.2
"""Of a budget at most; what is left over waits for the next day."""

Link = Callable[[str, datetime | None], str | None]
"""Request id and time to where the content lives; None: not known."""


def draw(
    day: datetime,
    at: datetime,
    requests: Mapping[Cell, int],
    lowest: Mapping[Cell, Sequence[ReviewEntry]],
    reports: Sequence[str],
    *,
    budget: int,
    second_looks: float,
    link: Link,
) -> Draw:
    """`lowest`: of each cell the entries of the lowest ranks, ascending, as many as the budget where there are so many;
    `reports`: request ids, oldest first; `second_looks`: share of the sample that two people look at.
    """
    reported = list(dict.fromkeys(reports))[: floor(REPORTED_SHARE * budget)]
    looks = budget - len(reported)
    found = strata(requests, draws_within(looks, second_looks))
    drawn = {
        one: _lowest(one, lowest, count)
        for one, count in zip(found, allocation(found, draws_within(looks, second_looks)), strict=True)
    }
    items = [_reported(day, place, name, link) for place, name in enumerate(reported, 1)]
    items += [
        _item(day, len(items) + place, 1 + is_looked_at_twice(place, second_looks), one, link)
        for place, one in enumerate(_in_order(drawn), 1)
    ]
    return Draw(day=day, at=at, budget=budget, cells=_cells(requests, drawn), items=items)


def draws_within(looks: int, second_looks: float) -> int:
    """How many requests, each `1 / second_looks`-th of which is looked at twice, take at most so many looks."""
    draws = looks
    while draws > 0 and draws + floor(draws * second_looks) > looks:
        draws -= 1
    return draws


def is_looked_at_twice(place: int, second_looks: float) -> bool:
    """Evenly spread over the places of a random order, which makes them a random part of it."""
    return floor(place * second_looks) > floor((place - 1) * second_looks)


class Chosen(NamedTuple):
    """A request that was drawn, of how many and from how many."""

    cell: Cell
    entry: ReviewEntry
    stratum: Stratum
    probability: float


Drawn = Mapping[Stratum, Sequence[Chosen]]


def _lowest(stratum: Stratum, lowest: Mapping[Cell, Sequence[ReviewEntry]], count: int) -> list[Chosen]:
    found = [(entry.rank, cell, entry) for cell in stratum.cells for entry in lowest.get(cell, ())]
    taken = sorted(found, key=lambda one: one[:2])[:count]
    return [Chosen(cell, entry, stratum, len(taken) / stratum.requests) for _, cell, entry in taken]


def _in_order(drawn: Drawn) -> list[Chosen]:
    """Each stratum's requests in the order of their ranks, and the strata evenly among each other."""
    placed = [
        ((at + 0.5) / len(chosen), one.entry.rank, one) for chosen in drawn.values() for at, one in enumerate(chosen)
    ]
    return [one for _, _, one in sorted(placed, key=lambda one: one[:2])]


def _item(day: datetime, place: int, looks: int, one: Chosen, link: Link) -> QueueItem:
    entry = one.entry
    return QueueItem(
        id=_id(day, one.cell.stream_id, entry.request_id),
        place=place,
        looks=looks,
        reason=one.cell.reason,
        request_id=entry.request_id,
        stream_id=one.cell.stream_id,
        stratum=one.stratum.name,
        probability=one.probability,
        time=entry.time,
        task=entry.task,
        tenant=entry.tenant,
        cost_usd=entry.cost_usd,
        quality_score=entry.quality_score,
        mean_logprob=entry.mean_logprob,
        link=link(entry.request_id, entry.time),
    )


def _reported(day: datetime, place: int, request_id: str, link: Link) -> QueueItem:
    return QueueItem(
        id=_id(day, REPORTED, request_id),
        place=place,
        looks=1,
        reason=REPORTED,
        request_id=request_id,
        link=link(request_id, None),
    )


def _id(day: datetime, stream_id: str, request_id: str) -> str:
    text = f"{day:%Y-%m-%d}/{stream_id}/{request_id}"
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def _cells(requests: Mapping[Cell, int], drawn: Drawn) -> list[DrawnCell]:
    return [
        DrawnCell(
            cell=cell,
            requests=requests[cell],
            stratum=stratum.name,
            stratum_requests=stratum.requests,
            stratum_drawn=len(entries),
        )
        for stratum, entries in drawn.items()
        for cell in stratum.cells
    ]
