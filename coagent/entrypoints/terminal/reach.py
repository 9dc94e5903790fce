"""Who is affected: the parts that carry a shift and those that don't, other segments of the provider, and the money."""

from collections.abc import Iterator, Sequence

from coagent.domain.explanation import Explanation, Neighbour
from coagent.domain.report import ShiftReport
from coagent.domain.shift import Part
from coagent.domain.shift_words import cost_words, part_words
from coagent.entrypoints.terminal.wording import plain

SHOWN = 4


def reach(found: Explanation, *, full: bool) -> list[tuple[str, str]]:
    """Label and line each; nothing where nothing is known."""
    most = None if full else SHOWN
    lines = [*_parts(found.shift, most), *_segments(found, most)]
    if found.shift.cost:
        lines.append(("cost", cost_words(found.shift.cost)))
    return lines


def _parts(shift: ShiftReport, most: int | None) -> Iterator[tuple[str, str]]:
    for label, carries in (("changed in", True), ("not in", False)):
        parts = [one for one in shift.parts if one.carries is carries]
        if parts:
            yield label, _joined([part_words(one, plain) if most is None else _short(one) for one in parts], most)


def _segments(found: Explanation, most: int | None) -> Iterator[tuple[str, str]]:
    for label, moved in (("also changed", True), ("unchanged", False)):
        others = [_neighbour(one) for one in found.neighbours if (one.shift is not None) == moved]
        if others:
            yield label, _joined(others, most)


def _short(part: Part) -> str:
    name = plain(part.name, 40) if part.name else f"no {part.dimension}"
    return f"{part.dimension} {name} ({part.requests:,})"


def _neighbour(one: Neighbour) -> str:
    return plain(one.segment.label) + ("" if one.requests is None else f" ({one.requests:,} requests)")


def _joined(names: Sequence[str], most: int | None) -> str:
    more = 0 if most is None else len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
