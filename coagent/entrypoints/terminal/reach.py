"""Who is affected: the parts that carry a shift and those that don't, other segments of the provider, and the money."""

from collections.abc import Iterator, Sequence

from coagent.domain.explanation import Explanation, Neighbour
from coagent.domain.number_format import requests
from coagent.domain.report import ShiftReport
from coagent.domain.shift import Part
from coagent.domain.shift_words import cost_words, part_words
from coagent.entrypoints.terminal.wording import plain

CHANGED = "changed in"
SHOWN = 4
FEWEST = 40
"""Requests below which nothing can be noticed: such a neighbour is not called unchanged."""


def reach(found: Explanation, *, full: bool) -> list[tuple[str, str]]:
    """Label and line each; nothing where nothing is known."""
    most = None if full else SHOWN
    lines = [*_parts(found.shift, most), *_segments(found, most)]
    if found.shift.cost:
        lines.append(("cost", cost_words(found.shift.cost).removeprefix("cost ")))
    return lines


def _parts(shift: ShiftReport, most: int | None) -> Iterator[tuple[str, str]]:
    for label, carries in ((CHANGED, True), ("not in", False)):
        parts = [one for one in shift.parts if one.carries is carries]
        if parts:
            yield label, ", ".join(part_words(one, plain) for one in parts) if most is None else parts_said(parts, most)


def _segments(found: Explanation, most: int | None) -> Iterator[tuple[str, str]]:
    for label, moved in (("also changed", True), ("unchanged", False)):
        others = [_neighbour(one) for one in found.neighbours if (one.shift is not None) == moved and _tells(one)]
        if others:
            yield label, _joined(others, most)


def parts_said(parts: Sequence[Part], most: int) -> str:
    """How many of each dimension and the first `most` of them, with their requests.

    >>> one, two = (Part(dimension="tenant", name=name, requests=40, effect=None, carries=True) for name in "ab")
    >>> parts_said([one], 4), parts_said([one, two], 1)
    ('tenant a (40)', '2 tenants: a (40) and 1 more')
    """
    dimensions = dict.fromkeys(one.dimension for one in parts)
    return ", ".join(_dimension(name, [one for one in parts if one.dimension == name], most) for name in dimensions)


def _dimension(name: str, parts: Sequence[Part], most: int) -> str:
    named = [f"{plain(one.name, 40) if one.name else f'no {name}'} ({one.requests:,})" for one in parts]
    head = f"{name} " if len(named) == 1 else f"{len(named)} {name}s: "
    return head + _joined(named, most)


def _tells(one: Neighbour) -> bool:
    return one.shift is not None or one.requests is None or one.requests >= FEWEST


def _neighbour(one: Neighbour) -> str:
    return plain(one.segment.label) + ("" if one.requests is None else f" ({requests(one.requests)})")


def _joined(names: Sequence[str], most: int | None) -> str:
    more = 0 if most is None else len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
