"""Telemetry messages become batches: decode, validate, group by stream, price, flush by size or age."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.intake import TopicIntake
from coagent.domain.rejected import DeadLetter, Rejected
from coagent.domain.request import Request
from coagent.domain.segment import OTHER, Segment
from coagent.domain.telemetry_format import Format
from coagent.ingest.batch_buffer import BatchBuffer, PendingBatch, together
from coagent.ingest.columns.canonical_chunk import read_chunk
from coagent.ingest.columns.columnar import batch_of, number_columns, size_bytes, text_columns
from coagent.ingest.columns.distinct_texts import Ints, equal_rows
from coagent.ingest.columns.proto_spans import find_spans
from coagent.ingest.columns.row import PlacedRow, row_of
from coagent.ingest.columns.table import Places, Table, merged, table_of
from coagent.ingest.formats.mapping import Mapped
from coagent.ingest.formats.topic_decoder import TopicDecoder
from coagent.ingest.intake_book import IntakeBook
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.pricing.cost_columns import ListPrices, RowsNoted, add_costs
from coagent.ingest.record import SEGMENT_WIDTH
from coagent.ingest.repeated_calls import RepeatedCalls
from coagent.ingest.segment_book import Names, Register, SegmentBook

MAX_BATCH_BYTES = 4 << 20
"""Half of what coagent's topics take; 2048 rows of ordinary texts have less than a quarter of it."""

AGE_BEHIND = 8
"""Times the age at which a batch leaves, while a backlog is worked off: 30 streams on 4 partitions fill their batches
in 2 s at 100,000 rows a second.
"""


@dataclass(frozen=True, slots=True)
class IngestCounts:
    """Messages read and what they held, by reason; one message may hold many records.

    Every record is accepted, skipped or rejected; one that is accepted may be `noted` besides, for what is not read or
    not believed of it. `overflowed` are accepted rows that count under an `(other)` segment.
    """

    read: int = 0
    accepted: int = 0
    overflowed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)


class IngestStep:
    """Pure and synchronous: messages in by `feed`, batches and dead letters out by `take` and `take_dead_letters`.

    `formats` pins a topic to a format, `mappings` reads one by a mapping file; messages of other topics are recognized
    by content. `register` remembers the segments over restarts. Memory is bounded by `max_rows` and one chunk as long
    as every `feed` is followed by a `take` and a `take_dead_letters`.
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
        mappings: Mapping[str, Mapped] | None = None,
        register: Register | None = None,
    ) -> None:
        self._intake = IntakeBook()
        self._overflowed = 0
        self._options = options
        self._prices = prices
        self._flush_age_s = flush_age_s
        self._max_rows = max_rows
        self._decoders = {topic: TopicDecoder(pinned) for topic, pinned in (formats or {}).items()}
        self._decoders |= {topic: TopicDecoder(mapped=mapped.decode) for topic, mapped in (mappings or {}).items()}
        self._book = SegmentBook(max_segments, register)
        self._buffer = BatchBuffer(flush_rows)
        self._repeated = RepeatedCalls()
        self._next: dict[Source, int] = {}
        self._dead_letters: list[DeadLetter] = []

    @property
    def counts(self) -> IngestCounts:
        """Of all topics, since the step began."""
        book = self._intake
        by_kind = (book.total("skipped"), book.total("rejected"), book.total("noted"))
        return IngestCounts(book.messages, book.accepted, self._overflowed, *by_kind)

    def intake(self) -> list[TopicIntake]:
        """The same by topic, each reason with its first and last place; reasons are bounded in number."""
        return self._intake.topics()

    def feed(self, source: Source, records: Sequence[tuple[int, bytes]], at_s: float) -> None:
        """Decodes a consumed chunk of (offset, value), ascending, that arrived at `at_s` (epoch seconds, never
        going back). Where a source starts again at an earlier offset, what is held of it will be read again too, so
        it is forgotten here.
        """
        if not records:
            return
        if records[0][0] < self._next.get(source, 0):
            self._drop(source)
        table = self._decoded(source, records, replace(self._options, now_s=at_s))
        self._intake.read(source, len(records), records[-1][0], len(table))
        if len(table):
            self._buffer.put(source, table, self._by_stream(table), at_s)
        self._next[source] = records[-1][0] + 1

    def take(self, at_s: float, everything: bool = False, is_behind: bool = False) -> list[Batch]:
        """Batches that are full, old enough, or too much to hold; with `everything` all that is there. While the reader
        `is_behind`, batches grow older: a row that waited in Kafka for long may wait until its batch is full.
        """
        due = list(self._buffer.take_full(at_s))
        age_s = self._flush_age_s * (AGE_BEHIND if is_behind else 1)
        due += self._buffer.take_born_before(math.inf if everything else at_s - age_s)
        due += self._buffer.take_beyond(self._max_rows)
        return [batch for pending in together(due) for batch in self._batches(pending)]

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
        for held in (self._buffer.first_offsets(), letters):
            for source, offset in held:
                offsets[source] = min(offsets[source], offset)
        return offsets

    def forget(self, source: Source) -> None:
        """Drops what is held of a source that this process no longer reads, or reads again from its commit."""
        self._drop(source)
        self._repeated.forget(source)

    def _drop(self, source: Source) -> None:
        self._buffer.forget(source)
        self._next.pop(source, None)
        self._dead_letters = [letter for letter in self._dead_letters if _origin(letter) != source]

    def _decoded(self, source: Source, records: Sequence[tuple[int, bytes]], options: DecodeOptions) -> Table:
        """Accepted records. What is plainly canonical is read at once, the rest one by one."""
        placed, tables, rest = list[PlacedRow](), list[Table](), records
        decoder = self._decoders.get(source.topic) or self._decoders.setdefault(source.topic, TopicDecoder())
        if decoder.reads_columns:
            table, left = read_chunk(records, options)
            tables, rest = [table], [records[place] for place in left.tolist()]
        for offset, value in rest:
            outcomes = self._repeated.skipped(decoder.decode(value, options), source, offset)
            self._place(placed, source, offset, value, outcomes)
        if placed or not tables:
            tables.append(table_of(placed))
        return tables[0] if len(tables) == 1 else merged(tables)

    def _place(
        self, placed: list[PlacedRow], source: Source, offset: int, value: bytes, outcomes: Sequence[Outcome]
    ) -> None:
        rows = [(row_of(one), offset, index) for index, one in enumerate(outcomes) if isinstance(one, Request)]
        placed += rows
        if len(rows) < len(outcomes):
            self._note_others(source, offset, value, outcomes)

    def _note_others(self, source: Source, offset: int, value: bytes, outcomes: Sequence[Outcome]) -> None:
        refused: dict[str, Rejected] = {}
        for outcome in outcomes:
            if isinstance(outcome, Request):
                continue
            self._intake.note(source, offset, outcome)
            if isinstance(outcome, Rejected):
                refused.setdefault(outcome.reason, outcome)
        self._dead_letters += [_dead_letter(source, offset, value, rejected) for rejected in refused.values()]

    def _by_stream(self, table: Table) -> Iterator[tuple[Segment, Places]]:
        """The places of each stream's rows, ascending."""
        kinds, firsts = equal_rows(table.codes[:, :SEGMENT_WIDTH])
        numbers: dict[Segment, int] = {}
        streams = self._book.streams(_names(table, firsts))
        by_kind = [numbers.setdefault(stream, len(numbers)) for stream in streams]
        by_row = np.array(by_kind, np.int32)[kinds]
        order = np.argsort(by_row, kind="stable")
        ends = np.searchsorted(by_row[order], np.arange(1, len(numbers)))
        for stream, places in zip(numbers, np.split(order, ends), strict=True):
            self._overflowed += len(places) if stream.request_model == OTHER else 0
            yield stream, places

    def _batches(self, pending: PendingBatch) -> Iterator[Batch]:
        """One, or several where its texts are too long for one."""
        batch, noted = self._batch(pending)
        if batch.rows == 1 or size_bytes(batch) <= MAX_BATCH_BYTES:
            self._note(batch, noted)
            yield batch
            return
        yield from self._batches(pending.cut(pending.rows // 2))
        yield from self._batches(pending)

    def _note(self, batch: Batch, noted: Iterable[RowsNoted]) -> None:
        offsets = np.frombuffer(batch.offsets, "<i8")
        for one in noted:
            self._intake.note(batch.source, int(offsets[one.rows[0]]), one.noted, len(one.rows))

    def _batch(self, pending: PendingBatch) -> tuple[Batch, list[RowsNoted]]:
        """With what pricing noted of its rows."""
        slices = [(part.chunk.table, part.places) for part in pending.slices]
        numbers, texts = number_columns(slices), _without_account(pending.segment, text_columns(slices))
        noted = add_costs(self._prices, pending.segment, numbers, texts) if self._prices else []
        return batch_of(pending.segment, pending.source, slices, numbers, texts), noted


def warm_up(step: IngestStep) -> None:
    """Compiles on a made-up request what is compiled at its first use; the step is good for nothing else then."""
    request = b'{"time":1767225600,"provider":"warm-up","request_model":"warm-up","input_tokens":1}'
    at_s = 1767225600.0
    step.feed(Source("warm-up", "warm-up", 0), [(0, request)], at_s)
    find_spans(b"")
    step.take(at_s, everything=True)


def _names(table: Table, rows: Ints) -> list[Names]:
    """Of those rows' accounts."""
    values = [*table.values, None]  # code -1 finds the None at the end
    columns = table.codes[rows, :SEGMENT_WIDTH].T.tolist()
    return list(zip(*[map(values.__getitem__, column) for column in columns], strict=True))


def _without_account(stream: Segment, texts: dict[str, TextColumn]) -> dict[str, TextColumn]:
    """What overflowed has neither task nor tenant: it is one account a provider."""
    if stream.request_model != OTHER:
        return texts
    return {name: column for name, column in texts.items() if name not in {"task", "tenant"}}


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
