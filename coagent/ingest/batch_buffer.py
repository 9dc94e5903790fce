"""Rows that wait for their batch to fill or to come of age."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.ingest.columns.table import Places, Table


@dataclass(slots=True)
class Sheet:
    """A table on the shelf, and how many of its rows still wait: the others take memory as long as one of them does."""

    table: Table
    waiting: int


@dataclass(frozen=True, slots=True)
class Share:
    """Those rows of a sheet that belong to one pile, ascending."""

    sheet: Sheet
    places: Places

    @property
    def first_offset(self) -> int:
        return int(self.sheet.table.offsets[self.places[0]])


@dataclass(slots=True)
class Pile:
    """Rows of one stream from one source, ascending by (offset, index); `born_s` is when the oldest arrived."""

    segment: Segment
    source: Source
    born_s: float
    shares: list[Share]
    rows: int

    @property
    def key(self) -> tuple[Source, Segment]:
        return self.source, self.segment

    def cut(self, count: int) -> "Pile":
        """The oldest `count` rows as a pile of their own; they are gone from this one."""
        taken = Pile(self.segment, self.source, self.born_s, [], 0)
        while taken.rows < count:
            share = self.shares[0]
            wanted = count - taken.rows
            taken.add(Share(share.sheet, share.places[:wanted]))
            self.shares[:1] = [Share(share.sheet, share.places[wanted:])] if wanted < len(share.places) else []
        self.rows -= count
        return taken

    def add(self, share: Share) -> None:
        """Rows behind those that are there already."""
        self.shares.append(share)
        self.rows += len(share.places)


class Shelf:
    """Piles in the order of their birth. Times only ever grow, so the first pile is the oldest."""

    def __init__(self, flush_rows: int) -> None:
        self._flush_rows = flush_rows
        self._piles: dict[tuple[Source, Segment], Pile] = {}
        self._full: dict[tuple[Source, Segment], None] = {}  # a set that keeps its order
        self.rows = 0
        self._kept = 0

    def put(self, source: Source, table: Table, shares: Iterable[tuple[Segment, Places]], at_s: float) -> None:
        """Adds a table's rows behind those that are there already; each belongs to one of the shares."""
        sheet = Sheet(table, len(table))
        self.rows += len(table)
        self._kept += len(table)
        for segment, places in shares:
            key = (source, segment)
            pile = self._piles.get(key)
            if pile is None:
                pile = self._piles[key] = Pile(segment, source, at_s, [], 0)
            pile.add(Share(sheet, places))
            if pile.rows >= self._flush_rows:
                self._full[key] = None

    def take_full(self, at_s: float) -> Iterator[Pile]:
        """Piles of exactly `flush_rows` rows; what is left of a pile counts as born now."""
        for key in list(self._full):
            pile = self._piles.pop(key)
            while pile.rows >= self._flush_rows:
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
        """Piles, oldest first, until the tables that are kept for those left have at most `max_rows` rows."""
        while self._kept > max_rows:
            yield self._take(next(iter(self._piles.values())))

    def forget(self, source: Source) -> None:
        """Throws away the rows of one source."""
        for pile in [pile for pile in self._piles.values() if pile.source == source]:
            self._take(pile)

    def first_offsets(self) -> Iterable[tuple[Source, int]]:
        """For each pile its source and smallest offset."""
        return ((pile.source, pile.shares[0].first_offset) for pile in self._piles.values())

    def _take(self, pile: Pile) -> Pile:
        del self._piles[pile.key]
        self._full.pop(pile.key, None)
        return self._counted(pile)

    def _counted(self, pile: Pile) -> Pile:
        self.rows -= pile.rows
        for share in pile.shares:
            share.sheet.waiting -= len(share.places)
            if not share.sheet.waiting:
                self._kept -= len(share.sheet.table)
        return pile
