"""The labelled cases again, otherwise cut: what is found should not hang on where and how the rows were taken.

Rows change places only within stretches whose order means nothing; times stay where they were.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Record = dict[str, Any]
Rng = np.random.Generator
Expect = Literal["shift", "hard", "traffic_mix", "improvement", "none"]

HOSTS, STAYS = (0.75, 1.0, 1.35), (50, 300)
"""Factors of hosts of one model, and how many rows stay with one."""
FASTER, FAILURES = 0.6, 0.08
TIMES = ("duration_s", "time_to_first_token_s")
FAILED = ("output_tokens", "output_chars", "time_to_first_token_s", "finish_reason")
"""What a failed request has none of."""
LEAST_NULL = 600
"""Rows of a stream that improvements and hosts are planted in."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of a case before and after its change, or its first and second half."""

    before: list[Record]
    after: list[Record]

    @property
    def rows(self) -> int:
        return len(self.before) + len(self.after)


@dataclass(frozen=True, slots=True)
class Variant:
    """`of`: the labels of the cases that it is made of; `expect`: its own label, None where that is the case's."""

    name: str
    of: tuple[Expect, ...]
    make: Callable[[Cut, Rng], Cut]
    expect: Expect | None = None


def other_order(cut: Cut, rng: Rng) -> Cut:
    return Cut(
        _some(cut.before, len(cut.before), rng, shuffled=True), _some(cut.after, len(cut.after), rng, shuffled=True)
    )


def every_second(cut: Cut, rng: Rng) -> Cut:
    first = int(rng.integers(2))
    return Cut(cut.before[first::2], cut.after[first::2])


def after(rows: int) -> Callable[[Cut, Rng], Cut]:
    """So many rows before the change."""
    return lambda cut, rng: Cut(_some(cut.before, rows, rng), cut.after)


def half_moved(cut: Cut, rng: Rng) -> Cut:
    """Half of the requests go on as before."""
    places = rng.permutation(len(cut.before))
    kept, stay = np.split(places, [len(places) // 2])
    stay = stay[: len(cut.after)]
    both = [*(cut.before[place] for place in stay), *_some(cut.after, len(stay), rng)]
    return Cut([cut.before[place] for place in np.sort(kept)], _some(both, len(both), rng, shuffled=True))


def faster(cut: Cut, _rng: Rng) -> Cut:
    return Cut(cut.before, [_slower(one, FASTER) for one in cut.after])


def failures_end(cut: Cut, rng: Rng) -> Cut:
    fails = rng.random(len(cut.before)) < FAILURES
    return Cut([_failed(one) if fail else one for one, fail in zip(cut.before, fails, strict=True)], cut.after)


def hosts(cut: Cut, rng: Rng) -> Cut:
    """Requests stay with one of several hosts of other speeds."""
    every, found = [*cut.before, *cut.after], list[Record]()
    while len(found) < len(every):
        stay, factor = int(rng.integers(*STAYS)), float(rng.choice(HOSTS))
        found += [_slower(one, factor) for one in every[len(found) : len(found) + stay]]
    return Cut(found[: len(cut.before)], found[len(cut.before) :])


VARIANTS = (
    Variant("other order", ("shift", "hard", "none"), other_order),
    Variant("every second row", ("shift", "hard", "none", "improvement"), every_second),
    Variant("60 rows before", ("shift",), after(60)),
    Variant("150 rows before", ("shift",), after(150)),
    Variant("half of the requests", ("shift",), half_moved, "hard"),
    Variant("0.6 times as long", ("none",), faster, "improvement"),
    Variant("8 % failures end", ("none",), failures_end, "improvement"),
    Variant("hosts of other speeds", ("none",), hosts, "none"),
)
FIXED = ("azure", "hosts", "sticky", "mix")
"""Parts of the names of cases whose order means something, or that are not made of two stretches."""


def retimed(cut: Cut) -> list[Record]:
    """All rows, at the times of the first so many, numbered by their `request_id`."""
    rows = [*cut.before, *cut.after]
    times = sorted((one["time"] for one in rows), key=str)
    return [
        {**one, "time": time, "request_id": f"row-{row}"}
        for row, (one, time) in enumerate(zip(rows, times, strict=True))
    ]


def _some(rows: list[Record], most: int, rng: Rng, *, shuffled: bool = False) -> list[Record]:
    """At most so many, in their order or not."""
    places = rng.permutation(len(rows))[:most]
    return [rows[place] for place in (places if shuffled else np.sort(places))]


def _slower(record: Record, factor: float) -> Record:
    return {name: value * factor if name in TIMES and value is not None else value for name, value in record.items()}


def _failed(record: Record) -> Record:
    return {**{name: value for name, value in record.items() if name not in FAILED}, "status": "error"}
