"""Simulated days: requests of known outcome, drawn and labelled by people who err, doubt and leave some undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from coagent.domain.review import Cell, CurrentLabel, Draw, DrawnDay, Reason, ReviewEntry, Verdict
from coagent.review.draw import draw

DAY = datetime(2026, 11, 1, tzinfo=UTC)
HIGHEST = 2**62


def cell(stream: str, reason: Reason) -> Cell:
    return Cell(stream, reason)


@dataclass(frozen=True)
class Design:
    """Requests and success rate by cell. `errors`: how often a reviewer takes one for the other; `unsure`: how often
    one cannot decide, of failures `twice_of_failures`; `left`: share that nobody looks at.
    """

    cells: Mapping[Cell, tuple[int, float]]
    budget: int = 50
    second_looks: float = 0.1
    errors: float = 0.0
    unsure: float = 0.0
    left: float = 0.0
    unsure_of_failures: float | None = None


@dataclass(frozen=True)
class Day:
    """`success_rate` of all its requests."""

    success_rate: float
    draw: Draw
    labels: list[CurrentLabel]
    rates: Mapping[str, float]

    @property
    def drawn(self) -> DrawnDay:
        return DrawnDay(self.draw.day, self.draw.cells, self.draw.items)


def simulated(design: Design, chance: np.random.Generator, number: int = 0) -> Day:
    outcomes = {one: chance.random(size) < rate for one, (size, rate) in design.cells.items()}
    lowest, known = {}, {}
    for one, outcome in outcomes.items():
        ranks = chance.integers(0, HIGHEST, len(outcome))
        places = np.argsort(ranks)[: design.budget]
        lowest[one] = [_entry(one, number, int(place), int(ranks[place])) for place in places]
        known |= {entry.request_id: bool(outcome[place]) for entry, place in zip(lowest[one], places, strict=True)}
    found = draw(
        DAY + timedelta(days=number),
        DAY + timedelta(days=number + 1),
        {one: len(outcome) for one, outcome in outcomes.items()},
        lowest,
        [],
        budget=design.budget,
        second_looks=design.second_looks,
        link=lambda _id, _time: None,
    )
    streams = {one.stream_id for one in outcomes}
    rates = {
        stream: float(np.concatenate([good for one, good in outcomes.items() if one.stream_id == stream]).mean())
        for stream in streams
    }
    truth = float(np.concatenate(list(outcomes.values())).mean())
    return Day(truth, found, list(_labels(design, found, known, chance)), rates)


def _entry(one: Cell, number: int, place: int, rank: int) -> ReviewEntry:
    request_id = f"{number}/{one.stream_id}/{one.reason}/{place}"
    task = "summary" if place % 3 else "extraction"
    return ReviewEntry(request_id=request_id, reason=one.reason, rank=rank, time=DAY, task=task)


def _labels(design: Design, found: Draw, known: Mapping[str, bool], chance: np.random.Generator) -> list[CurrentLabel]:
    return [
        CurrentLabel(item.request_id, f"reviewer-{look}", _verdict(design, known[item.request_id], chance))
        for item in found.items
        if chance.random() >= design.left
        for look in range(item.looks)
    ]


def _verdict(design: Design, is_success: bool, chance: np.random.Generator) -> Verdict:
    of_failures = design.unsure if design.unsure_of_failures is None else design.unsure_of_failures
    if chance.random() < (design.unsure if is_success else of_failures):
        return "unsure"
    said = is_success != (chance.random() < design.errors)
    return "success" if said else "failure"
