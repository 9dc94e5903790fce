import json
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.adapters.files.segment_register import SegmentRegister
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.columns import Columns
from coagent.domain.batch import Source
from coagent.domain.segment import OTHER, Segment
from coagent.ingest.formats.decoders import DECODERS
from coagent.ingest.options import DecodeOptions
from coagent.steps import ingest as ingest_step
from coagent.steps.ingest import IngestStep

SOURCE = Source("prod", "llm.telemetry", 0)
AT_S = datetime(2026, 7, 1, tzinfo=UTC).timestamp()


def step(**settings):
    defaults = {"flush_rows": 4, "flush_age_s": 0.5, "max_rows": 1000, "max_segments": 100}
    return IngestStep(options=DecodeOptions(), prices=None, **defaults | settings)


def record(offset, model="gpt-4", **fields):
    found = {"time": AT_S, "provider": "openai", "request_model": model, "request_id": str(offset)} | fields
    return offset, json.dumps(found).encode()


def places(batch):
    columns = Columns(batch)
    return list(zip(columns.offsets.tolist(), columns.indexes.tolist(), strict=True))


def offsets(batches):
    return [[offset for offset, _ in places(batch)] for batch in batches]


def test_a_full_segment_goes_out_in_batches_of_exactly_the_size():
    ingest = step()
    ingest.feed(SOURCE, [record(offset) for offset in range(10)], AT_S)
    assert offsets(ingest.take(AT_S)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert offsets(ingest.take(AT_S + 0.4)) == []
    assert offsets(ingest.take(AT_S + 0.5)) == [[8, 9]]
    assert ingest.take(AT_S, everything=True) == []


@pytest.mark.parametrize("kind", [*DECODERS])
@pytest.mark.parametrize("value", [b"{}", b'{"resourceSpans": []}', b"\n\x00", b"junk"])
def test_a_pinned_chunk_without_an_accepted_record_is_counted_and_the_next_one_is_read(kind, value):
    ingest = step(formats={SOURCE.topic: kind})
    ingest.feed(SOURCE, [(0, value), (1, value)], AT_S)
    assert ingest.take(AT_S, everything=True) == []
    assert ingest.counts.skipped.total() + ingest.counts.rejected.total() == 2
    assert ingest.committable() == {SOURCE: 0 if ingest.counts.rejected else 2}


def test_rows_of_endless_texts_travel_in_batches_that_kafka_takes():
    ingest, rows = step(flush_rows=600), range(600)
    texts = ("request_id", "response_model", "system_fingerprint", "app_version", "prompt_template", "conversation_id")
    ingest.feed(SOURCE, [record(row, **dict.fromkeys(texts, f"{row:04d}" + "𒀀" * 508)) for row in rows], AT_S)

    batches = ingest.take(AT_S)

    assert sum(len(BATCHES.encode(batch)) for batch in batches) > 7_000_000
    assert len(batches) == 2
    assert max(len(BATCHES.encode(batch)) for batch in batches) < MAX_MESSAGE_BYTES
    assert [offset for batch in offsets(batches) for offset in batch] == list(rows)
    assert ingest.take(AT_S, everything=True) == []


def test_a_batch_is_cut_until_its_parts_are_small_enough(monkeypatch):
    monkeypatch.setattr(ingest_step, "MAX_BATCH_BYTES", 400)
    ingest = step(flush_rows=9)
    ingest.feed(SOURCE, [record(row, app_version="v" * (390 if row == 5 else 10)) for row in range(9)], AT_S)
    assert offsets(ingest.take(AT_S)) == [[0, 1, 2, 3], [4], [5], [6, 7, 8]]


def test_the_oldest_goes_out_by_age():
    ingest = step()
    ingest.feed(SOURCE, [record(0, "a")], AT_S)
    ingest.feed(SOURCE, [record(1, "b"), record(2, "a")], AT_S + 0.3)
    assert offsets(ingest.take(AT_S + 0.6)) == [[0, 2]]
    assert offsets(ingest.take(AT_S + 0.8)) == [[1]]


def test_more_rows_than_may_be_held_go_out_oldest_first():
    ingest = step(max_rows=3)
    for offset, model in enumerate("abcab"):
        ingest.feed(SOURCE, [record(offset, model)], AT_S)
    assert offsets(ingest.take(AT_S)) == [[0, 3]]
    assert sum(batch.rows for batch in ingest.take(AT_S, everything=True)) == 3


def test_everything_goes_out_at_the_end():
    ingest = step()
    ingest.feed(SOURCE, [record(0, "a"), record(1, "b")], AT_S)
    assert offsets(ingest.take(AT_S, everything=True)) == [[0], [1]]


def test_a_batch_holds_one_stream_and_one_source_and_says_of_each_row_whose_it_is():
    ingest = step()
    other = Source("prod", "llm.telemetry", 1)
    ingest.feed(SOURCE, [record(0, "a", task="x"), record(1, "a"), record(2, "a", task="x")], AT_S)
    ingest.feed(other, [record(0, "a")], AT_S)
    batches = ingest.take(AT_S, everything=True)
    found = [(batch.source, batch.segment, places(batch)) for batch in batches]
    assert found == [
        (SOURCE, Segment("openai", "a"), [(0, 0), (1, 0), (2, 0)]),
        (other, Segment("openai", "a"), [(0, 0)]),
    ]
    tasks, codes = Columns(batches[0]).text("task")
    assert [tasks[code] if code >= 0 else None for code in codes] == ["x", None, "x"]


def test_what_overflows_is_one_account_whatever_its_tasks_and_tenants():
    ingest = step(max_segments=1, flush_rows=100)
    ingest.feed(SOURCE, [record(0, "a"), record(1, "a", task="x"), record(2, "b", tenant="y")], AT_S)
    found = {batch.segment: set(batch.texts) & {"task", "tenant"} for batch in ingest.take(AT_S, everything=True)}
    assert found == {Segment("openai", "a"): set(), Segment("openai", OTHER): set()}


def test_segments_beyond_the_bound_share_one_and_stay_in_order():
    ingest = step(max_segments=2, flush_rows=100)
    models = ["a", "b", "c", "d", "c", "a"]
    ingest.feed(SOURCE, [record(offset, model) for offset, model in enumerate(models)], AT_S)
    ingest.feed(SOURCE, [record(6, "e", provider="new"), record(7, "d")], AT_S)
    found = {batch.segment: [offset for offset, _ in places(batch)] for batch in ingest.take(AT_S, everything=True)}
    assert found == {
        Segment("openai", "a"): [0, 5],
        Segment("openai", "b"): [1],
        Segment("openai", OTHER): [2, 3, 4, 7],
        Segment(OTHER, OTHER): [6],
    }
    assert ingest.counts.overflowed == 5


def test_what_cannot_be_read_becomes_a_dead_letter_with_its_origin_and_bytes():
    ingest = step()
    broken = record(1, provider="")
    ingest.feed(SOURCE, [record(0), broken, (2, b"\x00\x01"), record(3)], AT_S)
    found = [(letter.offset, letter.index, letter.reason, letter.payload) for letter in ingest.take_dead_letters()]
    assert found == [(1, 0, "missing_field:provider", broken[1]), (2, 0, "invalid_json", b"\x00\x01")]
    assert ingest.take_dead_letters() == []
    assert (ingest.counts.read, ingest.counts.accepted, sum(ingest.counts.rejected.values())) == (4, 2, 2)


def test_nothing_may_be_committed_that_is_still_held():
    ingest = step()
    assert ingest.committable() == {}
    ingest.feed(SOURCE, [record(7, "a"), record(8, "b"), record(9, provider="")], AT_S)
    assert ingest.committable() == {SOURCE: 7}
    ingest.feed(SOURCE, [record(offset, "a") for offset in (10, 11, 12)], AT_S)
    assert offsets(ingest.take(AT_S)) == [[7, 10, 11, 12]]
    assert ingest.committable() == {SOURCE: 8}
    ingest.take(AT_S, everything=True)
    assert ingest.committable() == {SOURCE: 9}
    ingest.take_dead_letters()
    assert ingest.committable() == {SOURCE: 13}


def test_a_source_that_moves_away_is_forgotten():
    ingest = step()
    other = Source("prod", "llm.telemetry", 1)
    ingest.feed(SOURCE, [record(0), record(1, provider="")], AT_S)
    ingest.feed(other, [record(5)], AT_S)
    ingest.forget(SOURCE)
    assert ingest.committable() == {other: 5}
    assert offsets(ingest.take(AT_S, everything=True)) == [[5]]
    assert ingest.take_dead_letters() == []


def test_a_source_that_starts_again_earlier_is_read_anew():
    ingest = step()
    ingest.feed(SOURCE, [record(0), record(1)], AT_S)
    ingest.feed(SOURCE, [record(0), record(1), record(2)], AT_S)
    assert offsets(ingest.take(AT_S, everything=True)) == [[0, 1, 2]]


class Downstream:
    """Drops rows at or below the highest (offset, index) seen of their segment and source."""

    def __init__(self):
        self.seen = {}
        self.rows = defaultdict(int)

    def take(self, batch):
        key = (batch.segment, batch.source)
        found = places(batch)
        assert found == sorted(found)
        for place in found:
            if place > self.seen.get(key, (-1, -1)):
                self.seen[key] = place
                self.rows[batch.source, place] += 1


SOURCES = [Source("prod", "llm.telemetry", partition) for partition in range(2)]
ACTIONS = st.one_of(
    st.tuples(st.just("feed"), st.integers(0, 1), st.integers(1, 12)),
    st.tuples(st.just("take"), st.floats(0, 1), st.booleans()),
    st.tuples(st.just("commit"), st.none(), st.none()),
    st.tuples(st.just("crash"), st.booleans(), st.none()),
)


@settings(max_examples=200, deadline=None)
@given(
    topics=st.tuples(*[st.lists(st.sampled_from(["a", "b", "c", "bad"]), max_size=60)] * 2),
    actions=st.lists(ACTIONS, max_size=60),
    flush_rows=st.integers(1, 6),
    max_rows=st.integers(1, 20),
)
def test_every_row_arrives_once_whenever_the_process_dies(topics, actions, flush_rows, max_rows):
    logs = {
        source: [record(o, m) if m != "bad" else (o, b"{") for o, m in enumerate(topic)]
        for source, topic in zip(SOURCES, topics, strict=True)
    }
    downstream, letters = Downstream(), set()
    committed = dict.fromkeys(SOURCES, 0)
    ingest, position, at_s = step(flush_rows=flush_rows, max_rows=max_rows), dict(committed), AT_S

    def hand_out(everything):
        for batch in ingest.take(at_s, everything=everything):
            downstream.take(batch)
        letters.update((letter.partition, letter.offset) for letter in ingest.take_dead_letters())

    for action, one, two in [*actions, ("crash", True, None)]:
        if action == "feed":
            source = SOURCES[one]
            chunk = logs[source][position[source] : position[source] + two]
            position[source] += len(chunk)
            ingest.feed(source, chunk, at_s)
        elif action == "take":
            at_s += one
            hand_out(two)
        elif action == "commit":
            committed |= ingest.committable()
        else:
            if one:  # it died after some batches were acknowledged, before it committed them
                hand_out(everything=False)
            ingest, position = step(flush_rows=flush_rows, max_rows=max_rows), dict(committed)
    for source in SOURCES:
        ingest.feed(source, logs[source][position[source] :], at_s)
    hand_out(everything=True)

    good = {(s, (o, 0)): 1 for s, topic in zip(SOURCES, topics, strict=True) for o, m in enumerate(topic) if m != "bad"}
    bad = {
        (s.partition, o) for s, topic in zip(SOURCES, topics, strict=True) for o, m in enumerate(topic) if m == "bad"
    }
    assert dict(downstream.rows) == good
    assert letters == bad
    assert all(offset == len(logs[source]) for source, offset in ingest.committable().items())


@pytest.mark.parametrize("pinned", ["canonical", None])
def test_a_pinned_format_is_not_guessed(pinned):
    ingest = step(formats={"llm.telemetry": pinned} if pinned else {})
    ingest.feed(SOURCE, [(0, b'{"unrelated": 1}')], AT_S)
    [letter] = ingest.take_dead_letters()
    assert letter.reason == ("missing_field:provider" if pinned else "unknown_format")


@pytest.mark.parametrize("seed", range(5))
def test_beyond_the_bound_too_rows_count_once_after_a_crash(tmp_path: Path, seed: int):
    rng, highest, counted = random.Random(seed), dict[Segment, int](), Counter[str]()
    names = [f"m{rng.randrange(9)}" for _ in range(300)]
    read = 0
    while read < len(names):
        ingest = step(max_segments=4, register=SegmentRegister(tmp_path / "segments"))
        committed, read = read, min(len(names), read + rng.randrange(1, 90))
        start = max(0, committed - rng.randrange(40))
        ingest.feed(SOURCE, [record(n, names[n]) for n in range(start, read)], AT_S)
        for batch in ingest.take(AT_S, everything=True):
            fresh = [n for n in np.frombuffer(batch.offsets, "<i8").tolist() if n > highest.get(batch.segment, -1)]
            counted[batch.segment.request_model] += len(fresh)
            highest[batch.segment] = max([*fresh, highest.get(batch.segment, -1)])
    assert counted.total() == len(names)
    assert len(counted) == 5


@pytest.mark.parametrize("streams", [3, 40])
def test_batches_are_the_same_however_many_reads_their_rows_came_in(streams):
    other = Source("prod", "llm.telemetry", 1)
    records = [record(row, model=f"model-{row % streams}", task=f"task-{row % 7}") for row in range(400)]
    found = []
    for at_once in (10, 400):
        ingest = step(flush_rows=1000, max_segments=1000)
        for first in range(0, 400, at_once):
            for source in (SOURCE, other):
                ingest.feed(source, records[first : first + at_once], AT_S)
        batches = ingest.take(AT_S, everything=True)
        found.append({(batch.segment, batch.source): BATCHES.encode(batch) for batch in batches})
        assert len(batches) == len(found[-1]) == 2 * streams
    assert found[0] == found[1]
