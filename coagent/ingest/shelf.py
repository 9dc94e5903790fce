"""Rows that wait for their batch to fill or to come of age."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.ingest.placed_rows import PlacedRows


@dataclass(slots=True)
class Pile:
    """Rows of one segment from one source, ascending by (offset, index); `born_s` is when the oldest arrived."""

    segment: Segment
    source: Source
    born_s: float
    placed: PlacedRows

    @property
    def key(self) -> tuple[Source, Segment]:
        return self.source, self.segment


class Shelf:
    """Piles in the order of their birth. Times only ever grow, so the first pile is the oldest."""

    def __init__(self, flush_rows: int) -> None:
        self._flush_rows = flush_rows
        self._piles: dict[tuple[Source, Segment], Pile] = {}
        self._full: dict[tuple[Source, Segment], None] = {}  # a set that keeps its order
        self.rows = 0

    def put(self, pile: Pile) -> None:
        """Adds a pile's rows behind those that are there already."""
        held = self._piles.setdefault(pile.key, pile)
        if held is not pile:
            held.placed.extend(pile.placed)
        self.rows += len(pile.placed)
        if len(held.placed) >= self._flush_rows:
            self._full[pile.key] = None

    def take_full(self, at_s: float) -> Iterator[Pile]:
        """Piles of exactly `flush_rows` rows; what is left of a pile counts as born now."""
        for key in list(self._full):
            pile = self._piles.pop(key)
            while len(pile.placed) >= self._flush_rows:
                yield self._counted(Pile(pile.segment, pile.source, pile.born_s, pile.placed.cut(self._flush_rows)))
            if pile.placed:
                pile.born_s = at_s
                self._piles[key] = pile
        self._full.clear()

    def take_born_before(self, time_s: float) -> Iterator[Pile]:
        """Piles at least as old as that, oldest first."""
        while (pile := next(iter(self._piles.values()), None)) and pile.born_s <= time_s:
            yield self._take(pile)

    def take_beyond(self, max_rows: int) -> Iterator[Pile]:
        """Piles, oldest first, until at most `max_rows` rows are left."""
        while self.rows > max_rows:
            yield self._take(next(iter(self._piles.values())))

    def forget(self, source: Source) -> None:
        """Throws away the rows of one source."""
        for pile in [pile for pile in self._piles.values() if pile.source == source]:
            self._take(pile)

    def first_offsets(self) -> Iterable[tuple[Source, int]]:
        """For each pile its source and smallest offset."""
        return ((pile.source, pile.placed.offsets[0]) for pile in self._piles.values())

    def _take(self, pile: Pile) -> Pile:
        del self._piles[pile.key]
        self._full.pop(pile.key, None)
        return self._counted(pile)

    def _counted(self, pile: Pile) -> Pile:
        self.rows -= len(pile.placed)
        return pile
