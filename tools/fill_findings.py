"""Fills a database that has rollups with what a month of coagent leaves beside them: findings, decisions, plumbing.

python -m tools.fill_findings --url postgresql://…     after tools.fill_rollups
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import psycopg

from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.detector import Detector, Detectors
from coagent.domain.insight import Fact, Insight, OutboxMessage
from coagent.domain.intake import Intake, ReasonCount, TopicIntake
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Opportunity
from coagent.domain.rejected import Origin
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, CostChange, Dismissed, Effect, Part, Shift, SignalChange, Summary
from coagent.domain.trace import Trace
from coagent.domain.vocabulary import CAUSE_TITLE, SIGNAL
from tools.fill_rollups import accounts

DAYS = 30
SHIFTS, DISMISSALS, OPPORTUNITIES = 120, 1_000, 60
OPEN_EACH = 6
"""One shift in so many is open."""
SOURCES, RUNS, LETTERS = 4, 100, 20_000
REASONS = ("invalid_json", "no_model", "unknown_format", "too_large")
LETTER = """
INSERT INTO coagent.dead_letters (cluster, topic, partition, "offset", index, reason, detail, recorded_at)
SELECT 'main', 'llm.telemetry.' || place %% %(sources)s, 0, place, 0, (%(reasons)s::text[])[1 + place %% 4],
    'expected an object', now() - place * interval '2 minutes'
FROM generate_series(1, %(letters)s) AS place
"""


def fill_findings(url: str) -> None:
    """Seeded; the newest are of now."""
    engine = make_engine(url)
    draw, now = np.random.default_rng(35), datetime.now(UTC)
    telemetry, insights = PostgresTelemetryStore(engine), PostgresInsightStore(engine)
    named = accounts(1_000)
    streams = list(dict.fromkeys(one.stream for one in named))
    shifts = [_shift(place, streams[place % len(streams)], named, now, draw) for place in range(SHIFTS)]
    telemetry.write_shifts(shifts)
    for shift in shifts:
        insight = _insight("shift", shift.id, shift.segment, shift.updated.time)
        insights.save_insight(insight, _messages(insight))
    telemetry.write_dismissals([_dismissed(place, streams[place % len(streams)], now) for place in range(DISMISSALS)])
    telemetry.write_detectors([_detectors(stream, now) for stream in streams])
    found = [_opportunity(place, named[place]) for place in range(OPPORTUNITIES)]
    insights.save_opportunities(found, now)
    for one in found:
        insights.save_insight(_insight("opportunity", one.id, one.segment, now), [])
    telemetry.write_intake(list(_intake(now)))
    engine.dispose()
    with psycopg.connect(url) as connection:
        connection.execute(LETTER, {"sources": SOURCES, "reasons": list(REASONS), "letters": LETTERS})
        connection.execute("ANALYZE")


def _shift(place: int, stream: Segment, named: Sequence[Segment], now: datetime, draw: np.random.Generator) -> Shift:
    onset = now - timedelta(days=DAYS * (place + 1) / SHIFTS)
    is_open = place % OPEN_EACH == 0
    times = [onset + timedelta(minutes=step) for step in range(100)]
    cause = list(CAUSE_TITLE)[place % len(CAUSE_TITLE)]
    parts = [one for one in named if one.stream == stream][:40]
    return Shift(
        id=f"shift-{place:04}",
        sequence=1,
        segment=stream,
        status="open" if is_open else "recovered",
        onset=RowRef(ordinal=1000, time=onset),
        onset_low=990,
        onset_high=1005,
        alarm=RowRef(ordinal=1100, time=times[20]),
        raised=RowRef(ordinal=1140, time=times[30]),
        updated=RowRef(ordinal=9000, time=min(now, onset + timedelta(days=float(draw.uniform(1, 6))))),
        signals=[_change(name, number % 5 == place % 5) for number, name in enumerate(list(SIGNAL)[:14])],
        cause=Cause("provider", cause, 0.8, ["it moved"]),
        page=place % 3 == 0,
        direction="worse",
        held_because=[] if place % 3 == 0 else ["not_worse"],
        evidence=Trace(
            log10_threshold=6.0, rows=list(range(100)), times=times, log10_evidence=[0.07 * x for x in range(100)]
        ),
        parts=[Part(dimension="tenant", name=one.tenant, requests=40, effect=_effect(), carries=True) for one in parts],
        cost=CostChange(requests_per_day=96_000.0, usd_per_day=15.0, low=10.0, high=20.0, priced_share=1.0),
    )


def _change(signal: str, moved: bool) -> SignalChange:
    before, after = (
        Summary(900, 120.5, [1.0 * step for step in range(21)]),
        Summary(200, 80.0, [0.7 * step for step in range(21)]),
    )
    return SignalChange(
        name=signal,
        unit="tokens",
        before=before,
        after=after,
        effect=_effect(),
        p_value=1e-9,
        q_value=1e-8,
        moved=moved,
    )


def _effect() -> Effect:
    return Effect("cliffs_delta", -0.4, -0.5, -0.3)


def _insight(kind: str, subject: str, segment: Segment, at: datetime) -> Insight:
    return Insight(
        id=f"fingerprint-{subject}",
        kind=kind,
        subject_id=subject,
        sequence=1,
        segment=segment,
        title=f"{segment.provider}/{segment.request_model} changed",
        text="Answers fell from 120.5 to 80 tokens.\n" * 12,
        page=False,
        narrator="deterministic",
        facts=[Fact("output_tokens_before", "120.5", "tokens")],
        subject={"id": subject},
        created_at=at,
    )


def _messages(insight: Insight) -> list[OutboxMessage]:
    channels = ("kafka", "slack:#ops", "github")
    return [
        OutboxMessage(
            idempotency_key=f"{channel}/{insight.id}/1", channel=channel, insight_id=insight.id, payload=b"{}"
        )
        for channel in channels
    ]


def _dismissed(place: int, stream: Segment, now: datetime) -> Dismissed:
    raised = RowRef(ordinal=place, time=now - timedelta(minutes=40 * place))
    return Dismissed(
        id=f"dismissed-{place}",
        sequence=1,
        segment=stream,
        signal="duration_s",
        raised=raised,
        why="too small to matter",
        held_because=["too_small"],
    )


def _detectors(stream: Segment, now: datetime) -> Detectors:
    each = [Detector(signal, "watching", 8e6, 6.9, 0.5, 2.25, 0.125, 65_000, 1.5, 1, None) for signal in SIGNAL]
    return Detectors(
        segment=stream, sequence=1, time=now, rows_seen=70_000, promise_rows=1e6, muted_until=None, detectors=each
    )


def _opportunity(place: int, account: Segment) -> Opportunity:
    return Opportunity(
        id=f"opportunity-{place}",
        kind="batch_discount",
        segment=account,
        title=f"Send {account.task} in batches",
        monthly_savings_usd=MoneyRange(Decimal(80), Decimal(100 + place), Decimal(220)),
        assumptions=["answers may wait a day"],
        evidence=[{"requests": 1000}],
        action={"endpoint": "batch"},
        risk="slower answers",
        validation="shadow for a day",
        price_version=None,
    )


def _intake(now: datetime) -> Iterator[Intake]:
    """Of processes that were started anew every few hours."""
    for run in range(RUNS):
        for source in range(SOURCES):
            last = Origin("main", f"llm.telemetry.{source}", 0, 10_000 * run)
            reasons = [ReasonCount(kind="rejected", reason=one, count=2, first=last, last=last) for one in REASONS]
            counts = TopicIntake(topic=last.topic, read=20_000, accepted=19_000, last=last, reasons=reasons)
            yield Intake(run=f"run-{run}", sequence=1, at=now - timedelta(hours=7 * run), counts=counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    fill_findings(parser.parse_args().url)


if __name__ == "__main__":
    main()
