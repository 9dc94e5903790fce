"""Rows that wait for their batch to fill or to come of age."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.ingest.columns.table import Places, Table, stacked

MAX_SLICES_APART = 2
"""Tables are put together where there are more slices than this for each batch and table."""
MIN_SHARE_LEAVING = 0.5
"""And where at least this share of the tables' rows leaves: all of them are copied."""


@dataclass(slots=True)
class Chunk:
    """A buffered table, and how many of its rows still wait: the others take memory as long as one of them does."""

    table: Table
    waiting: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Those rows of a chunk that belong to one batch, ascending."""

    chunk: Chunk
    places: Places

    @property
    def first_offset(self) -> int:
        return int(self.chunk.table.offsets[self.places[0]])


@dataclass(slots=True)
class PendingBatch:
    """Rows of one stream from one source, ascending by (offset, index); `born_s` is when the oldest arrived."""

    segment: Segment
    source: Source
    born_s: float
    slices: list[Slice]
    rows: int

    @property
    def key(self) -> tuple[Source, Segment]:
        return self.source, self.segment

    def cut(self, count: int) -> "PendingBatch":
        """The oldest `count` rows as a batch of their own; they are gone from this one."""
        taken = PendingBatch(self.segment, self.source, self.born_s, [], 0)
        while taken.rows < count:
            part = self.slices[0]
            wanted = count - taken.rows
            taken.add(Slice(part.chunk, part.places[:wanted]))
            self.slices[:1] = [Slice(part.chunk, part.places[wanted:])] if wanted < len(part.places) else []
        self.rows -= count
        return taken

    def add(self, part: Slice) -> None:
        """Rows behind those that are there already."""
        self.slices.append(part)
        self.rows += len(part.places)


def together(batches: Sequence[PendingBatch]) -> Sequence[PendingBatch]:
    """The same, each of one slice, where many batches that leave share tables of which most rows leave: to look a batch
    up in ten tables takes ten times as long as in one. What they hold counts as taken already.
    """
    chunks = {id(part.chunk): part.chunk for batch in batches for part in batch.slices}
    slices, rows = sum(len(batch.slices) for batch in batches), sum(batch.rows for batch in batches)
    tables = [chunk.table for chunk in chunks.values()]
    if slices <= MAX_SLICES_APART * (len(batches) + len(tables)) or rows < MIN_SHARE_LEAVING * sum(map(len, tables)):
        return batches
    whole = Chunk(stacked(tables), rows)
    starts = dict(zip(chunks, accumulate(map(len, tables), initial=0), strict=False))
    return [_in_one(batch, whole, starts) for batch in batches]


def _in_one(batch: PendingBatch, whole: Chunk, starts: Mapping[int, int]) -> PendingBatch:
    places = np.concatenate([part.places + starts[id(part.chunk)] for part in batch.slices])
    return PendingBatch(batch.segment, batch.source, batch.born_s, [Slice(whole, places)], batch.rows)


class BatchBuffer:
    """Batches in the order of their birth. Times only ever grow, so the first batch is the oldest."""

    def __init__(self, flush_rows: int) -> None:
        self._flush_rows = flush_rows
        self._pending: dict[tuple[Source, Segment], PendingBatch] = {}
        self._full: dict[tuple[Source, Segment], None] = {}  # a set that keeps its order
        self.rows = 0
        self._kept = 0

    def put(self, source: Source, table: Table, slices: Iterable[tuple[Segment, Places]], at_s: float) -> None:
        """Adds a table's rows behind those that are there already; each belongs to one of the slices."""
        chunk = Chunk(table, len(table))
        self.rows += len(table)
        self._kept += len(table)
        for segment, places in slices:
            key = (source, segment)
            batch = self._pending.get(key)
            if batch is None:
                batch = self._pending[key] = PendingBatch(segment, source, at_s, [], 0)
            batch.add(Slice(chunk, places))
            if batch.rows >= self._flush_rows:
                self._full[key] = None

    def take_full(self, at_s: float) -> Iterator[PendingBatch]:
        """Batches of exactly `flush_rows` rows; what is left of a batch counts as born now."""
        for key in list(self._full):
            batch = self._pending.pop(key)
            while batch.rows >= self._flush_rows:
                yield self._counted(batch.cut(self._flush_rows))
            if batch.rows:
                batch.born_s = at_s
                self._pending[key] = batch
        self._full.clear()

    def take_born_before(self, time_s: float) -> Iterator[PendingBatch]:
        """Batches at least as old as that, oldest first."""
        while (batch := next(iter(self._pending.values()), None)) and batch.born_s <= time_s:
            yield self._take(batch)

    def take_beyond(self, max_rows: int) -> Iterator[PendingBatch]:
        """Batches, oldest first, until the tables that are kept for those left have at most `max_rows` rows."""
        while self._kept > max_rows:
            yield self._take(next(iter(self._pending.values())))

    def forget(self, source: Source) -> None:
        """Throws away the rows of one source."""
        for batch in [batch for batch in self._pending.values() if batch.source == source]:
            self._take(batch)

    def first_offsets(self) -> Iterable[tuple[Source, int]]:
        """For each batch its source and smallest offset."""
        return ((batch.source, batch.slices[0].first_offset) for batch in self._pending.values())

    def _take(self, batch: PendingBatch) -> PendingBatch:
        del self._pending[batch.key]
        self._full.pop(batch.key, None)
        return self._counted(batch)

    def _counted(self, batch: PendingBatch) -> PendingBatch:
        self.rows -= batch.rows
        for part in batch.slices:
            part.chunk.waiting -= len(part.places)
            if not part.chunk.waiting:
                self._kept -= len(part.chunk.table)
        return batch
