"""The steps in one process: order, newest states, places of rejections, and the JSON's exact shape."""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from coagent.columns import Columns
from coagent.count.rollups import Rollups
from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.report import UnpricedModel
from coagent.domain.row import RowRef
from coagent.domain.shift import Cause, Dismissed, Effect, Shift, SignalChange, Summary
from coagent.ingest.options import DecodeOptions
from coagent.ports import RawRecord
from coagent.steps.analyze import LOG, analyze
from coagent.steps.confirm import Confirmed
from coagent.steps.ingest import IngestStep
from tests.list_prices import LIST_PRICES

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
AT_S = NOON.timestamp() + 3600


class Lines:
    """A source of given lines, all from one file."""

    def __init__(self, lines):
        self._lines = lines

    def records(self):
        return (RawRecord(line, f"log.jsonl:{number}") for number, line in enumerate(self._lines, 1))


def line(number, model="gpt-4", **fields):
    time_s = NOON.timestamp() + number / 10
    base = {"request_id": f"r{number}", "time": time_s, "provider": "openai", "request_model": model}
    return json.dumps(base | fields).encode()


def row(ordinal):
    return RowRef(
        ordinal=ordinal, time=datetime.fromtimestamp(NOON.timestamp() + ordinal, UTC), request_id=f"r{ordinal}"
    )


class CountingStreams:
    """Real rollups; the candidate of a batch is only its last row's number."""

    def __init__(self):
        self.order, self.seen, self.rollups = [], Counter(), {}

    def take(self, batch):
        segment, before = batch.segment, self.seen[batch.segment]
        self.order.append((segment.request_model, batch.rows))
        rollups = self.rollups.setdefault(segment, Rollups.from_bytes(None, segment))
        rollups.note(Columns(batch), before + 1)
        self.seen[segment] = before + batch.rows
        raised = SimpleNamespace(segment=segment, seen=self.seen[segment], now=row(self.seen[segment]))
        return [raised], [], [], []

    def take_rollups(self):
        return [rollup for of_stream in self.rollups.values() for rollup in of_stream.take()]


class ScriptedConfirm:
    """Reports one shift that grows with each candidate, and dismisses its first look at it."""

    def __call__(self, state, candidate):
        segment, seen = candidate.segment, candidate.seen
        sequence = int(state or b"0") + 1
        shift = Shift(
            id=f"{segment.id}-provider",
            sequence=sequence,
            segment=segment,
            status="open" if seen < 300 else "recovered",
            onset=row(3),
            onset_low=1,
            onset_high=5,
            raised=row(64),
            updated=row(seen),
            signals=[
                SignalChange(
                    name="output_tokens",
                    unit="tokens",
                    before=Summary(10, 5.0),
                    after=Summary(8, 1.0),
                    effect=Effect("cliffs_delta", -0.5, -0.7, float("nan")),
                    p_value=None,
                    q_value=0.01,
                )
            ],
            cause=Cause("provider", "silent_version", 0.9, ["because"]),
            page=True,
        )
        dismissed = Dismissed(
            id="d", sequence=sequence, segment=segment, signal="duration_s", raised=row(seen), why="gone"
        )
        return Confirmed(str(sequence).encode(), [shift], [dismissed])


def report_of(lines, streams=None, source=Lines):
    ingest = IngestStep(
        options=DecodeOptions(), prices=None, flush_rows=512, flush_age_s=0.5, max_rows=10_000, max_segments=100
    )
    return analyze(
        source(lines),
        ingest=ingest,
        streams=streams or CountingStreams(),
        confirm=ScriptedConfirm(),
        prices=LIST_PRICES,
        at_s=AT_S,
    )


def test_a_model_without_a_known_price_is_listed_once():
    tokens = {"input_tokens": 10, "output_tokens": 5}
    lines = [line(n, "new", task="ab"[n % 2], **tokens) for n in range(8)]
    lines += [line(8, "priced", **tokens, cost_usd=0.01), line(9, "unreported")]
    new, unreported = report_of(lines).unpriced
    assert new == UnpricedModel(provider="openai", request_model="new", requests=8, why="no_price")
    assert unreported == UnpricedModel(provider="openai", request_model="unreported", requests=1, why="no_token_counts")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"service_tier": "batch"}, "no_batch_price"),
        ({"service_tier": "provisioned"}, "prepaid_capacity"),
        ({"cost_doubt": "unread_usage"}, "unread_usage"),
        ({"cost_doubt": "a producer's own word"}, "in_doubt"),
        ({"cost_doubt": "contradictory_counts", "service_tier": "batch"}, "contradictory_counts"),
        ({"input_tokens": None}, "incomplete_token_counts"),
        ({"output_tokens": None}, "incomplete_token_counts"),
        ({"output_tokens": None, "operation": "embeddings"}, "no_price"),
    ],
)
def test_a_cost_that_no_price_would_make_known_says_why(fields, why):
    [unpriced] = report_of([line(0, "new", **{"input_tokens": 10, "output_tokens": 5} | fields)]).unpriced
    assert (unpriced.why, unpriced.requests) == (why, 1)


def test_requests_that_failed_or_cost_something_are_not_missed():
    tokens = {"input_tokens": 10, "output_tokens": 5}
    assert report_of([line(0, **tokens, status="error"), line(1, **tokens, cost_usd=0.0)]).unpriced == []


def test_the_newest_state_of_a_shift_is_listed_once():
    [shift] = report_of([line(number) for number in range(600)]).shifts
    assert (shift.status, shift.raised.request_id, shift.onset.request_id) == ("recovered", "r64", "r3")


def test_segments_are_judged_in_the_order_in_which_rows_arrived():
    streams = CountingStreams()
    lines = [line(number, model) for model in ("a", "b") for number in range(256)]
    report_of([*lines, *lines], streams)
    assert streams.order == [("a", 256), ("b", 256), ("a", 256), ("b", 256)]


def test_bad_lines_are_counted_with_reason_and_first_place_and_stop_nothing():
    lines = [line(0), b"{", line(1), b'{"time": 1}', b"nonsense", line(2)]
    records = report_of(lines).records
    assert (records.read, records.accepted, records.rejected) == (6, 3, 3)
    first = {rejection.reason: rejection.first for rejection in records.rejections}
    assert sum(rejection.count for rejection in records.rejections) == 3
    assert min(first.values()) == "log.jsonl:2"
    assert set(first.values()) <= {"log.jsonl:2", "log.jsonl:4", "log.jsonl:5"}


SPAN = (
    b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"startTimeUnixNano": "1782907200000000000", "attributes": '
    b'[{"key": "db.system", "value": {"stringValue": "x"}}]}, {}]}]}]}'
)


def test_what_is_skipped_rejected_or_unread_by_the_source_is_reported_with_its_first_place():
    class Source(Lines):
        def records(self):
            yield from super().records()
            yield RawRecord(b"", "b.csv:3", Rejected(reason="invalid_csv", detail="too many cells"))
            yield RawRecord(b"", "c.zip", Skipped(reason="file_not_read:zip"))

    records = report_of([line(0), SPAN, SPAN, b"{", json.dumps({"resourceSpans": []}).encode()], source=Source).records
    assert (records.read, records.accepted, records.rejected) == (7, 1, 2)
    assert [(one.count, one.first) for one in records.skipped[:1]] == [(4, "log.jsonl:2")]
    assert [(one.reason, one.count, one.first) for one in records.skipped[1:]] == [
        ("file_not_read:zip", 1, "c.zip"),
        ("no_spans", 1, "log.jsonl:5"),
    ]
    assert [(one.reason, one.first) for one in records.rejections] == [
        ("invalid_csv", "b.csv:3"),
        ("invalid_json", "log.jsonl:4"),
    ]
    assert records.rejections[0].detail == "too many cells"
    assert "double quotes" in records.rejections[1].detail


def test_segment_figures():
    lines = [line(n, duration_s=1 + n / 100, status="error" if n < 4 else "ok", cost_usd=0.01) for n in range(100)]
    lines += [line(n, "gpt-4-mini") for n in range(101)]
    mini, full = report_of(lines).segments
    assert (mini.requests, mini.cost_usd, mini.duration_s.p50, mini.success_rate) == (101, None, None, None)
    assert (full.requests, full.cost_usd, full.success_rate) == (100, Decimal(1), 0.96)
    assert full.duration_s.p50 == pytest.approx(1.5, rel=0.03)
    assert full.duration_s.p99 == pytest.approx(1.99, rel=0.02)


def test_the_json_has_the_documented_keys_first_and_unknowns_are_null():
    found = json.loads(report_of([line(number, cost_usd=0.01) for number in range(10)]).to_json())
    assert list(found) == [
        "records",
        "segments",
        "shifts",
        "dismissed",
        "opportunities",
        "unpriced",
        "spend",
        "scorecard",
        "traffic",
    ]
    segment = dict.fromkeys(("endpoint", "task", "tenant")) | {"provider": "openai", "request_model": "gpt-4"}
    assert found["segments"] == [
        {
            "segment": segment,
            "requests": 10,
            "cost_usd": 0.1,
            "duration_s": {"p50": None, "p95": None, "p99": None},
            "success_rate": None,
        }
    ]
    [shift] = found["shifts"]
    assert list(shift)[:7] == ["id", "segment", "status", "onset", "raised", "signals", "cause"]
    assert shift["onset"] == {"time": "2026-07-01T12:00:03Z", "request_id": "r3", "row": 3}
    assert (shift["alarm"], shift["evidence"]) == (None, None)
    assert shift["signals"] == [
        {
            "name": "output_tokens",
            "before": {"n": 10, "median": 5.0, "quantiles": []},
            "after": {"n": 8, "median": 1.0, "quantiles": []},
            "effect": {"name": "cliffs_delta", "value": -0.5, "low": -0.7, "high": None},
            "p_value": None,
            "q_value": 0.01,
            "unit": "tokens",
            "moved": True,
            "direction": "neither",
        }
    ]
    assert [list(one) for one in found["dismissed"]] == [["segment", "signal", "raised", "why"]]


def test_the_same_lines_give_the_same_bytes():
    rng = np.random.default_rng(5)
    lines = [line(number, duration_s=float(rng.lognormal())) for number in range(3000)]
    assert report_of(lines).to_json() == report_of(lines).to_json()


def test_many_segments_are_fed_more_at_once():
    streams = CountingStreams()
    report_of([line(number, f"model-{number % 100}") for number in range(256 + 3200)], streams)
    assert Counter(rows for _, rows in streams.order) == {2: 44, 3: 56, 32: 100}


def test_offsets_run_on_through_the_whole_log():
    offsets = Counter()

    class Offsets(CountingStreams):
        def take(self, batch):
            offsets.update(np.frombuffer(batch.offsets, "<i8").tolist())
            assert batch.source == LOG
            return super().take(batch)

    report_of([line(number) for number in range(300)], Offsets())
    assert offsets == Counter(range(300))


def test_long_lines_are_fed_fewer_at_once(monkeypatch):
    monkeypatch.setattr("coagent.steps.analyze.MOST_BYTES", 1000)
    streams = CountingStreams()
    report_of([line(number, task="x" * 400) for number in range(10)], streams)
    assert [rows for _, rows in streams.order] == [2] * 5


def test_minutes_that_go_on_after_they_were_looked_at_are_counted_once(monkeypatch):
    monkeypatch.setattr("coagent.steps.analyze.ROLLED_UP_EVERY", 256)
    [segment] = report_of([line(number, cost_usd=0.01) for number in range(1000)]).segments
    assert (segment.requests, segment.cost_usd) == (1000, Decimal(10))


def test_encodes_without_a_repeated_prompt_or_any_finding():
    report = report_of([b"nonsense"])
    assert msgspec.json.decode(report.to_json())["shifts"] == []
