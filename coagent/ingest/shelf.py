"""Rows that wait for their batch to fill or to come of age."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.ingest.row import PlacedRow


@dataclass(slots=True)
class Pile:
    """Rows of one segment from one source, ascending by (offset, index); `born_s` is when the oldest arrived."""

    segment: Segment
    source: Source
    born_s: float
    rows: list[PlacedRow]

    @property
    def key(self) -> tuple[Source, Segment]:
        return self.source, self.segment

    def cut(self, count: int) -> "Pile":
        """The oldest `count` rows as a pile of their own; they are gone from this one."""
        taken = Pile(self.segment, self.source, self.born_s, self.rows[:count])
        del self.rows[:count]
        return taken


class Shelf:
    """Piles in the order of their birth. Times only ever grow, so the first pile is the oldest."""

    def __init__(self, flush_rows: int) -> None:
        self._flush_rows = flush_rows
        self._piles: dict[tuple[Source, Segment], Pile] = {}
        self._full: dict[tuple[Source, Segment], None] = {}  # a set that keeps its order
        self.rows = 0

    def put(self, source: Source, segment: Segment, rows: Sequence[PlacedRow], at_s: float) -> None:
        """Adds rows behind those that are there already."""
        key = (source, segment)
        pile = self._piles.get(key)
        if pile is None:
            pile = self._piles[key] = Pile(segment, source, at_s, [])
        pile.rows += rows
        self.rows += len(rows)
        if len(pile.rows) >= self._flush_rows:
            self._full[key] = None

    def take_full(self, at_s: float) -> Iterator[Pile]:
        """Piles of exactly `flush_rows` rows; what is left of a pile counts as born now."""
        for key in list(self._full):
            pile = self._piles.pop(key)
            while len(pile.rows) >= self._flush_rows:
                yield self._counted(pile.cut(self._flush_rows))
            if pile.rows:
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
        return ((pile.source, pile.rows[0][1]) for pile in self._piles.values())

    def _take(self, pile: Pile) -> Pile:
        del self._piles[pile.key]
        self._full.pop(pile.key, None)
        return self._counted(pile)

    def _counted(self, pile: Pile) -> Pile:
        self.rows -= len(pile.rows)
        return pile
