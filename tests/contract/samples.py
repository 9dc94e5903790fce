"""Values to write and read back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from coagent.count.histograms import histograms
from coagent.count.sketches import distinct_with
from coagent.domain.command import Command, Mute, SaidCommand
from coagent.domain.detector import Detector, Detectors
from coagent.domain.draft_record import DraftRecord
from coagent.domain.heartbeat import Heartbeat
from coagent.domain.histogram import Histogram, of_counts
from coagent.domain.insight import Fact, Insight, OutboxMessage
from coagent.domain.intake import Intake, ReasonCount, TopicIntake
from coagent.domain.label import Label, UserReport
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Opportunity
from coagent.domain.probe import Probe, ProbeOutcome
from coagent.domain.quality_change import QualityChange, RateOfDays, ShiftThen
from coagent.domain.rejected import DeadLetter, Origin
from coagent.domain.review import ReasonRequests, ReviewEntry, ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, CostChange, Dismissed, Effect, Part, Shift, SignalChange, Summary
from coagent.domain.silence import Silence
from coagent.domain.trace import Trace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-4", task="summary")


def rollup(**changes: Any) -> Rollup:
    values: dict[str, Any] = {
        "segment": SEGMENT,
        "minute": NOON,
        "part": "0-17",
        "sequence": 1,
        "requests": 10,
        "errors": 1,
        "truncations": 0,
        "refusals": None,
        "fallbacks": 2,
        "cache_hits": None,
        "streamed": 3,
        "input_tokens": 1000,
        "output_tokens": 500,
        "cached_input_tokens": 250,
        "cache_write_tokens": None,
        "reasoning_tokens": 7,
        "cost_usd": Decimal("0.012345678"),
        "cost_known": 9,
        "price_version": "2026-02",
        "prompts_known": 0,
        "duration": None,
        "time_to_first_token": None,
        "prompt_sketch": None,
        "cost_doubtful": 0,
        "list_cost_usd": None,
        "list_cost_known": 0,
        "outcomes_known": 10,
        "retries": None,
        "error_types": {"timeout": 1},
        "prefixes_known": 0,
        "prefix_sketch": None,
    }
    return Rollup(**{**values, **changes})


def durations(*seconds: float) -> Histogram | None:
    (counts,) = histograms(np.array(seconds), np.array([0, len(seconds)]))
    return of_counts(counts)


def prompts(*texts: str) -> bytes | None:
    return distinct_with(None, texts)


def row(ordinal: int) -> RowRef:
    return RowRef(ordinal=ordinal, time=NOON + timedelta(seconds=ordinal), request_id=f"request-{ordinal}")


def shift(**changes: Any) -> Shift:
    values: dict[str, Any] = {
        "id": "shift-1",
        "sequence": 1,
        "segment": SEGMENT,
        "status": "open",
        "onset": row(1000),
        "onset_low": 990,
        "onset_high": 1005,
        "raised": row(1040),
        "updated": row(1050),
        "signals": [
            SignalChange(
                name="output_tokens",
                unit="tokens",
                before=Summary(900, 120.5, [1.0 * step for step in range(21)]),
                after=Summary(40, 80.0),
                effect=Effect("cliffs_delta", -0.4, -0.5, -0.3),
                p_value=1e-9,
                q_value=None,
            )
        ],
        "cause": Cause("provider", "silent_version", 0.8, ["output_tokens moved", "nothing was declared"]),
        "page": True,
        "alarm": row(1030),
        "evidence": Trace(log10_threshold=6.0, rows=[900, 1030], times=[NOON, NOON], log10_evidence=[-0.5, 6.25]),
        "direction": "mixed",
        "held_because": [],
        "parts": [
            Part(
                dimension="tenant",
                name="t-1",
                requests=40,
                effect=Effect("cliffs_delta", -0.5, -0.7, -0.3),
                carries=True,
            ),
            Part(dimension="tenant", name=None, requests=0, effect=None, carries=None),
        ],
        "cost": CostChange(requests_per_day=960.0, usd_per_day=-1.5, low=-2.0, high=-1.0, priced_share=0.9),
    }
    return Shift(**{**values, **changes})


def silence(**changes: Any) -> Silence:
    values: dict[str, Any] = {
        "id": "silence-1",
        "sequence": 1,
        "segment": SEGMENT,
        "status": "silent",
        "last": NOON,
        "noticed": NOON + timedelta(days=1),
        "returned": None,
        "pauses": 40,
        "longest_s": 60.0,
    }
    return Silence(**{**values, **changes})


def dismissed(**changes: Any) -> Dismissed:
    values: dict[str, Any] = {
        "id": "dismissed-1",
        "sequence": 1,
        "segment": SEGMENT,
        "signal": "duration_s",
        "raised": RowRef(ordinal=5, time=NOON),
        "why": "too small to matter",
        "held_because": ["too_small"],
    }
    return Dismissed(**{**values, **changes})


def intake(**changes: Any) -> Intake:
    first, last = Origin("main", "llm.telemetry", 0, 3), Origin("main", "llm.telemetry", 1, 9)
    reasons = [
        ReasonCount(kind="rejected", reason="invalid_json", count=2, first=first, last=last, detail="nul \0 too"),
        ReasonCount(kind="skipped", reason="no_spans", count=5, first=last, last=last),
    ]
    counts = TopicIntake(topic="llm.telemetry", read=20, accepted=15, last=last, reasons=reasons)
    return Intake(**{"run": "run-1", "sequence": 1, "at": NOON, "counts": counts, **changes})


def detectors(*signals: str, **changes: Any) -> Detectors:
    values: dict[str, Any] = {
        "segment": SEGMENT,
        "sequence": 1,
        "time": NOON,
        "rows_seen": 700,
        "promise_rows": 1e6,
        "muted_until": None,
        "detectors": [
            Detector(signal, "watching", 8e6, 6.9, 0.5, 2.25, 0.125, 650, 1.5, 1, None)
            for signal in signals or ("duration_s", "output_tokens")
        ],
    }
    return Detectors(**{**values, **changes})


def said(command: Command | None = None, offset: int = 5) -> SaidCommand:
    mute = Mute(
        id="mute-1",
        at=NOON,
        by="ann",
        reason="planned",
        segment=SEGMENT,
        until=NOON + timedelta(hours=2),
        signals=["duration_s"],
    )
    return SaidCommand(command or mute, "main", 0, offset)


def dead_letter(**changes: Any) -> DeadLetter:
    values: dict[str, Any] = {
        "cluster": "main",
        "topic": "llm.telemetry",
        "partition": 0,
        "offset": 3,
        "index": 0,
        "reason": "invalid_json",
        "detail": "expected an object, found the end",
        "payload": b"{",
    }
    return DeadLetter(**{**values, **changes})


def heartbeat(**changes: Any) -> Heartbeat:
    values: dict[str, Any] = {
        "process": "sink",
        "instance": "host/1/1",
        "number": 1,
        "at": NOON,
        "started": NOON,
        "progressed": None,
        "ready": False,
        "version": "1",
    }
    return Heartbeat(**{**values, **changes})


def probe(**changes: Any) -> Probe:
    prices = {"usd_per_mtok_in": Decimal(1), "usd_per_mtok_out": Decimal(2)}
    where = {"base_url": "http://127.0.0.1:1/v1", "model": "gpt-4", "key": None}
    return Probe(**{"name": "nightly", "segment": SEGMENT, **where, **prices, **changes})


def probe_outcome(**changes: Any) -> ProbeOutcome:
    values: dict[str, Any] = {
        "id": "probe-outcome-1",
        "sequence": 1,
        "probe": "nightly",
        "segment": SEGMENT,
        "batch": 3,
        "began_at": NOON,
        "at": NOON,
        "method": "border",
        "result": "changed",
        "because": ["its answers to border inputs changed"],
        "asked": 200,
        "failed": 1,
        "cost_usd": Decimal("0.01"),
    }
    return ProbeOutcome(**{**values, **changes})


def insight(**changes: Any) -> Insight:
    values: dict[str, Any] = {
        "id": "fingerprint-1",
        "kind": "shift",
        "subject_id": "shift-1",
        "sequence": 1,
        "segment": SEGMENT,
        "title": "openai/gpt-4 answers shorter",
        "text": "Answers fell from 120.5 to 80 tokens.",
        "page": True,
        "narrator": "deterministic",
        "facts": [Fact("output_tokens_before", "120.5", "tokens")],
        "subject": {"id": "shift-1", "signals": [{"name": "output_tokens"}]},
        "created_at": NOON,
    }
    return Insight(**{**values, **changes})


def draft(**changes: Any) -> DraftRecord:
    """A refused one."""
    values: dict[str, Any] = {
        "insight_id": "fingerprint-1",
        "sequence": 1,
        "number": 1,
        "model": "small",
        "answer": '{"headline": "c9"}',
        "problems": ["c9 is no claim of this subject"],
        "accepted": False,
        "at": NOON,
    }
    return DraftRecord(**{**values, **changes})


def message(key: str = "kafka/fingerprint-1/1", **changes: Any) -> OutboxMessage:
    values: dict[str, Any] = {"channel": "kafka", "insight_id": "fingerprint-1", "payload": b"\x00reported"}
    return OutboxMessage(idempotency_key=key, **{**values, **changes})


def opportunity(**changes: Any) -> Opportunity:
    values: dict[str, Any] = {
        "id": "opportunity-1",
        "kind": "batch_discount",
        "segment": SEGMENT,
        "title": "Send summaries in batches",
        "monthly_savings_usd": MoneyRange(Decimal(80), Decimal("100.25"), Decimal(120)),
        "assumptions": ["answers may wait a day"],
        "evidence": [{"requests": 1000}],
        "action": {"endpoint": "batch"},
        "risk": "slower answers",
        "validation": "shadow for a day",
        "price_version": None,
    }
    return Opportunity(**{**values, **changes})


def review_pool(**changes: Any) -> ReviewPool:
    entry = ReviewEntry(request_id="request-1", reason="random", rank=7, time=NOON, task="summary", cost_usd=0.01)
    known: dict[str, Any] = {
        "segment": SEGMENT.stream,
        "day": NOON.replace(hour=0),
        "part": "part-1",
        "sequence": 1,
        "requests": [ReasonRequests("random", 10), ReasonRequests("shift", 2)],
        "without_id": 1,
        "entries": [entry],
    }
    return ReviewPool(**(known | changes))


def rate_of_days(rate: float, first: datetime = NOON, days: int = 3) -> RateOfDays:
    low, high = max(0.0, rate - 0.05), min(1.0, rate + 0.05)
    return RateOfDays(
        first=first, last=first + timedelta(days=days - 1), rate=rate, low=low, high=high, labelled=40 * days
    )


def quality_change(**changes: Any) -> QualityChange:
    values: dict[str, Any] = {
        "id": "quality-change-1",
        "sequence": 1,
        "segment": SEGMENT.stream,
        "status": "open",
        "change": "worse",
        "page": True,
        "found_on": NOON + timedelta(days=9),
        "since": NOON + timedelta(days=8),
        "before": rate_of_days(0.95),
        "after": rate_of_days(0.75, NOON + timedelta(days=8), 2),
        "reviewers": 2,
        "shifts": [ShiftThen(id="shift-1", cause="silent_version", direction="worse", since=NOON)],
    }
    return QualityChange(**{**values, **changes})


def label(**changes: Any) -> Label:
    known: dict[str, Any] = {"id": "label-1", "at": NOON, "by": "ann", "request_id": "request-1", "verdict": "failure"}
    return Label(**(known | {"tags": ["wrong-language"]} | changes))


def user_report(**changes: Any) -> UserReport:
    known: dict[str, Any] = {"id": "report-1", "at": NOON, "by": "support", "request_id": "request-2"}
    return UserReport(**(known | changes))
