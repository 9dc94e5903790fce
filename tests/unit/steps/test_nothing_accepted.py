"""Chunks without a request, and steps without anything: nothing raises, everything is counted."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.advise import opportunities, usage_of
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Source
from coagent.domain.rejected import Rejected, Skipped
from coagent.ingest.formats.decoders import DECODERS
from coagent.ingest.options import DecodeOptions
from coagent.ports import RawRecord
from coagent.steps.advise import AdviseStep
from coagent.steps.analyze import analyze
from coagent.steps.confirm import ConfirmStep
from coagent.steps.ingest import IngestStep
from coagent.steps.sink import SinkStep
from coagent.steps.streams_in_memory import StreamsInMemory
from tests.list_prices import LIST_PRICES, list_prices

AT = datetime(2026, 7, 1, tzinfo=UTC)
AT_S = AT.timestamp()
SOURCE = Source("c", "t", 0)

SPAN = {"startTimeUnixNano": "1782907200000000000", "attributes": [{"key": "db.system", "value": {"stringValue": "x"}}]}
SKIPPED = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]}).encode()
EMPTY = b'{"resourceSpans": []}'
CHUNK = b'{"object": "chat.completion.chunk", "id": "x", "created": 1782907200, "choices": []}'
MINIMAL = b'{"time": 1782907200, "provider": "p", "request_model": "m"}'
JUNK = (b"", b"{}", b"[]", b"null", b"{", b"\x00\x01", b"\n", b'{"time": 1}', b'{"time": 1e999}', b"\xff\xfe")
WITHOUT_REQUEST = st.sampled_from((SKIPPED, EMPTY, CHUNK, *JUNK))
CHUNKS = st.lists(st.lists(WITHOUT_REQUEST, max_size=5), max_size=5)
FORMATS = st.sampled_from([None, *DECODERS])


def ingest_of(kind=None, topic=SOURCE.topic):
    formats = {topic: kind} if kind else {}
    return IngestStep(
        options=DecodeOptions(now_s=AT_S),
        prices=None,
        flush_rows=4,
        flush_age_s=0.5,
        max_rows=10,
        max_segments=10,
        formats=formats,
    )


def analyzed(lines, kind=None):
    class Lines:
        def records(self):
            return (one if isinstance(one, RawRecord) else RawRecord(one, f"f:{n}") for n, one in enumerate(lines, 1))

    return analyze(
        Lines(),
        ingest=ingest_of(kind, "log"),
        streams=StreamsInMemory(DetectConfig()),
        confirm=ConfirmStep(ConfirmConfig()),
        prices=LIST_PRICES,
        at_s=AT_S,
    )


@settings(max_examples=150, deadline=None)
@given(chunks=CHUNKS, kind=FORMATS)
def test_ingest_counts_chunks_without_a_request_and_reads_the_next_one(chunks, kind):
    ingest, offset = ingest_of(kind), 0
    for chunk in [*chunks, [SKIPPED, EMPTY]]:
        ingest.feed(SOURCE, list(enumerate(chunk, offset)), AT_S)
        offset += len(chunk)
        assert ingest.take(AT_S) == []
    letters = ingest.take_dead_letters()
    counts = ingest.counts
    assert ingest.take(AT_S, everything=True) == []
    assert (counts.read, counts.accepted) == (offset, 0)
    assert counts.skipped.total() + counts.rejected.total() == offset
    assert {letter.reason for letter in letters} == set(counts.rejected)
    assert ingest.committable() == {SOURCE: offset}
    [topic] = ingest.intake()
    assert sum(one.count for one in topic.reasons) == offset
    assert all(one.first.offset <= one.last.offset < offset for one in topic.reasons)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(WITHOUT_REQUEST, max_size=12), kind=FORMATS)
def test_an_analysis_without_a_request_accounts_for_every_line(lines, kind):
    report = analyzed(lines, kind)
    records = report.records
    assert (records.read, records.accepted) == (len(lines), 0)
    assert sum(one.count for one in [*records.skipped, *records.rejections]) == len(lines)
    assert records.rejected == sum(one.count for one in records.rejections)
    assert (report.segments, report.shifts, report.opportunities, report.unpriced) == ([], [], [], [])
    assert report.from_json(report.to_json()) == report


def test_an_analysis_of_what_its_source_could_not_read():
    outcomes = [Skipped(reason="file_not_read:zip"), Rejected(reason="invalid_csv", detail="d")]
    records = analyzed([RawRecord(b"", f"x{n}", one) for n, one in enumerate(outcomes)]).records
    assert (records.read, records.accepted, records.rejected) == (2, 0, 1)
    assert [(one.reason, one.first) for one in records.skipped] == [("file_not_read:zip", "x0")]


def test_requests_of_which_next_to_nothing_is_known_pass_through_every_step():
    [segment] = analyzed([MINIMAL] * 300).segments
    assert (segment.requests, segment.cost_usd, segment.success_rate, segment.duration_s.p50) == (300, None, None, None)


def test_steps_with_nothing_to_do_do_nothing():
    store = MemoryTelemetryStore()
    insights = MemoryInsightStore(store, MemoryOutbox())
    SinkStep(store)([])
    assert store.rollups == {}
    assert opportunities(usage_of([]), LIST_PRICES) == []
    assert AdviseStep(insights, insights, list_prices, FixedClock(AT), lookback=timedelta(days=1)).run() == 0


@pytest.mark.parametrize("kind", [None, *DECODERS])
def test_an_empty_chunk_is_no_event(kind):
    ingest = ingest_of(kind)
    ingest.feed(SOURCE, [], AT_S)
    assert (ingest.counts.read, ingest.intake(), ingest.committable()) == (0, [], {})
