"""Telemetry messages become batches: decode, validate, group by segment, price, flush by size or age."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Protocol

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.rejected import DeadLetter, Rejected, Skipped
from coagent.domain.request import Request
from coagent.domain.segment import OTHER, Segment
from coagent.ingest.columnar import Floats, batch_of, columns_of
from coagent.ingest.decoders import decode, quick_rows
from coagent.ingest.detect_format import Format
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.record import SEGMENT_WIDTH
from coagent.ingest.row import PlacedRow, Row, row_of
from coagent.ingest.segment_book import SegmentBook
from coagent.ingest.shelf import Pile, Shelf


@dataclass(slots=True)
class IngestCounts:
    """Messages read and what they held, by reason; one message may hold many records.

    `overflowed` are accepted rows that count under an `(other)` segment.
    """

    read: int = 0
    accepted: int = 0
    overflowed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)


class ListPrices(Protocol):
    """What a price table says for rows of one segment."""

    def list_costs(
        self, segment: Segment, numbers: Mapping[str, Floats], texts: Mapping[str, TextColumn]
    ) -> tuple[Floats, TextColumn] | None:
        """US dollars for each row, NaN where unknown, and the price table's version; None where no row has one."""
        ...


class IngestStep:
    """Pure and synchronous: messages in by `feed`, batches and dead letters out by `take` and `take_dead_letters`.

    `formats` pins a topic to a format; messages of other topics are told apart by content. Memory is bounded by
    `max_rows` and one chunk as long as every `feed` is followed by a `take` and a `take_dead_letters`.
    """

    def __init__(
        self,
        *,
        options: DecodeOptions,
        prices: ListPrices | None,
        flush_rows: int,
        flush_age_s: float,
        max_rows: int,
        max_segments: int,
        formats: Mapping[str, Format] | None = None,
    ) -> None:
        self.counts = IngestCounts()
        self._options = options
        self._prices = prices
        self._flush_age_s = flush_age_s
        self._max_rows = max_rows
        self._formats = dict(formats or {})
        self._book = SegmentBook(max_segments)
        self._shelf = Shelf(flush_rows)
        self._next: dict[Source, int] = {}
        self._dead_letters: list[DeadLetter] = []

    @property
    def held_rows(self) -> int:
        """Rows that wait for their batch."""
        return self._shelf.rows

    def feed(self, source: Source, records: Sequence[tuple[int, bytes]], at_s: float) -> None:
        """Decodes a consumed chunk of (offset, value), ascending, that arrived at `at_s` (epoch seconds, never
        going back). Where a source starts again at an earlier offset, what is held of it will be read again too, so
        it is forgotten here.
        """
        if not records:
            return
        if records[0][0] < self._next.get(source, 0):
            self.forget(source)
        placed = self._decoded(source, records, replace(self._options, now_s=at_s))
        self.counts.read += len(records)
        self.counts.accepted += len(placed)
        for segment, rows in self._by_segment(placed).items():
            self._shelf.put(source, segment, rows, at_s)
        self._next[source] = records[-1][0] + 1

    def take(self, at_s: float, everything: bool = False) -> list[Batch]:
        """Batches that are full, old enough, or too much to hold; with `everything` all that is there."""
        piles = list(self._shelf.take_full(at_s))
        piles += self._shelf.take_born_before(math.inf if everything else at_s - self._flush_age_s)
        piles += self._shelf.take_beyond(self._max_rows)
        return [self._batch(pile) for pile in piles]

    def take_dead_letters(self) -> list[DeadLetter]:
        """The rejected records since the last call: one for each message and reason."""
        letters, self._dead_letters = self._dead_letters, []
        return letters

    def committable(self) -> dict[Source, int]:
        """The offset to commit for each source once all that was handed out is acknowledged: the smallest that is
        still held here, else the one after the last that was fed.
        """
        offsets = dict(self._next)
        letters = ((_origin(letter), letter.offset) for letter in self._dead_letters)
        for held in (self._shelf.first_offsets(), letters):
            for source, offset in held:
                offsets[source] = min(offsets[source], offset)
        return offsets

    def forget(self, source: Source) -> None:
        """Drops what is held of a source that this process no longer reads, or reads again from its commit."""
        self._shelf.forget(source)
        self._next.pop(source, None)
        self._dead_letters = [letter for letter in self._dead_letters if _origin(letter) != source]

    def _decoded(self, source: Source, records: Sequence[tuple[int, bytes]], options: DecodeOptions) -> list[PlacedRow]:
        pinned = self._formats.get(source.topic)
        quick = quick_rows([value for _, value in records], options, pinned)
        if all(quick):
            return [(row, offset, 0) for row, (offset, _) in zip(quick, records, strict=True) if row]
        placed: list[PlacedRow] = []
        for (offset, value), row in zip(records, quick, strict=True):
            if row is not None:
                placed.append((row, offset, 0))
            else:
                self._place(placed, source, offset, value, decode(value, options, pinned))
        return placed

    def _place(
        self, placed: list[PlacedRow], source: Source, offset: int, value: bytes, outcomes: Iterable[Outcome]
    ) -> None:
        refused: dict[str, Rejected] = {}
        for index, outcome in enumerate(outcomes):
            if isinstance(outcome, Request):
                placed.append((row_of(outcome), offset, index))
            elif isinstance(outcome, Skipped):
                self.counts.skipped[outcome.reason] += 1
            else:
                self.counts.rejected[outcome.reason] += 1
                refused.setdefault(outcome.reason, outcome)
        self._dead_letters += [_dead_letter(source, offset, value, rejected) for rejected in refused.values()]

    def _by_segment(self, placed: Sequence[PlacedRow]) -> dict[Segment, list[PlacedRow]]:
        by_key: dict[Row, list[PlacedRow]] = defaultdict(list)
        for one in placed:
            by_key[one[0][:SEGMENT_WIDTH]].append(one)
        by_segment: dict[Segment, list[PlacedRow]] = {}
        for key, rows in by_key.items():
            by_segment.setdefault(self._book.segment(key), []).extend(rows)
        for segment in [segment for segment in by_segment if segment.request_model == OTHER]:
            self.counts.overflowed += len(by_segment[segment])
            by_segment[segment].sort(key=itemgetter(1, 2))  # it is shared by many, whose rows come one after another
        return by_segment

    def _batch(self, pile: Pile) -> Batch:
        rows, offsets, indexes = zip(*pile.rows, strict=True)
        numbers, texts = columns_of(rows)
        priced = self._prices.list_costs(pile.segment, numbers, texts) if self._prices else None
        if priced:
            numbers["list_cost_usd"], texts["price_version"] = priced
        return batch_of(pile.segment, pile.source, offsets=offsets, indexes=indexes, numbers=numbers, texts=texts)


def _origin(letter: DeadLetter) -> Source:
    return Source(letter.cluster, letter.topic, letter.partition)


def _dead_letter(source: Source, offset: int, value: bytes, rejected: Rejected) -> DeadLetter:
    return DeadLetter(
        cluster=source.cluster,
        topic=source.topic,
        partition=source.partition,
        offset=offset,
        index=rejected.index,
        reason=rejected.reason,
        detail=rejected.detail,
        payload=value,
    )
