"""Between domain values and table rows."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from coagent.adapters.postgres.storable import storable
from coagent.domain.command import Accept, Mute, Rate, SaidCommand, Unmute
from coagent.domain.detector import Detectors
from coagent.domain.insight import Fact, Insight, OutboxMessage, Provenance
from coagent.domain.intake import Intake
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Opportunity, OpportunityPart
from coagent.domain.rejected import DeadLetter
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, CostChange, DeclaredChange, Dismissed, Part, Shift, SignalChange, nan_for_null
from coagent.domain.trace import Trace

Row = dict[str, Any]
AT_ONCE = datetime(1, 1, 1, tzinfo=UTC)
"""Due whenever somebody looks."""


def segment_row(segment: Segment) -> Row:
    return {"id": segment.id, **storable_segment(segment), "stream_id": segment.stream.id}


def storable_segment(segment: Segment) -> Row:
    """The five values that name it."""
    return {name: storable(value) for name, value in msgspec.structs.asdict(segment).items()}


def segment_of(row: RowMapping) -> Segment:
    return Segment(row["provider"], row["request_model"], row["endpoint"], row["task"], row["tenant"])


def shift_row(shift: Shift) -> Row:
    return {
        "id": shift.id,
        "sequence": shift.sequence,
        "segment_id": shift.segment.id,
        "status": shift.status,
        **_ref_row("onset", shift.onset),
        "onset_low": shift.onset_low,
        "onset_high": shift.onset_high,
        **_ref_row("raised", shift.raised),
        **_ref_row("updated", shift.updated),
        "signals": shift.signals,
        "cause_family": shift.cause.family,
        "cause_kind": shift.cause.kind,
        "cause_confidence": shift.cause.confidence,
        "cause_because": shift.cause.because,
        "page": shift.page,
        **_ref_row("alarm", shift.alarm),
        "evidence": shift.evidence,
        "direction": shift.direction,
        "held_because": shift.held_because,
        "parts": shift.parts,
        "cost": shift.cost,
        "declared": shift.declared,
        "ended_at": shift.ended_at,
        "paged_at": shift.raised.time if shift.page else None,
    }


def shift_of(row: RowMapping) -> Shift:
    return Shift(
        id=row["id"],
        sequence=row["sequence"],
        segment=segment_of(row),
        status=row["status"],
        onset=_ref_of("onset", row),
        onset_low=row["onset_low"],
        onset_high=row["onset_high"],
        raised=_ref_of("raised", row),
        updated=_ref_of("updated", row),
        signals=msgspec.convert(nan_for_null(row["signals"]), list[SignalChange]),
        cause=Cause(row["cause_family"], row["cause_kind"], row["cause_confidence"], row["cause_because"]),
        page=row["page"],
        alarm=None if row["alarm_ordinal"] is None else _ref_of("alarm", row),
        evidence=msgspec.convert(row["evidence"], Trace | None),
        direction=row["direction"],
        held_because=row["held_because"],
        parts=msgspec.convert(row["parts"], list[Part]),
        cost=msgspec.convert(row["cost"], CostChange | None),
        declared=msgspec.convert(row["declared"], list[DeclaredChange]),
    )


def dismissal_row(dismissed: Dismissed) -> Row:
    return {
        "id": dismissed.id,
        "sequence": dismissed.sequence,
        "segment_id": dismissed.segment.id,
        "signal": dismissed.signal,
        **_ref_row("raised", dismissed.raised),
        "why": storable(dismissed.why),
        "held_because": dismissed.held_because,
    }


def detector_rows(reported: Detectors) -> list[Row]:
    common = {
        "segment_id": reported.segment.id,
        "sequence": reported.sequence,
        "time": reported.time,
        "rows_seen": reported.rows_seen,
        "segment_promise_rows": reported.promise_rows,
    }
    return [{**common, **msgspec.structs.asdict(detector)} for detector in reported.detectors]


def command_row(said: SaidCommand) -> Row:
    command = said.command
    return {
        "id": storable(command.id),
        "kind": type(command).__name__.lower(),
        "segment_id": None if isinstance(command, Rate) else command.segment.id,
        "at": command.at,
        "by": storable(command.by),
        "reason": storable(command.reason),
        "shift_id": storable(command.shift) if isinstance(command, Accept) else None,
        "muted_until": command.until if isinstance(command, Mute) else None,
        "signals": (command.signals or None) if isinstance(command, Mute | Unmute) else None,
        "rows_per_month": command.rows_per_month if isinstance(command, Rate) else None,
        "cluster": said.cluster,
        "partition": said.partition,
        "offset": said.offset,
    }


def dead_letter_row(letter: DeadLetter) -> Row:
    """Without the payload: it may hold content and stays on Kafka."""
    return {
        "cluster": letter.cluster,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "index": letter.index,
        "reason": storable(letter.reason),
        "detail": storable(letter.detail),
    }


def intake_row(intake: Intake) -> Row:
    """Reasons with their places as texts, `topic[partition]@offset`."""
    counts = intake.counts
    return {
        "id": storable(intake.id),
        "sequence": intake.sequence,
        "run": intake.run,
        "cluster": counts.last.cluster,
        "topic": storable(counts.topic),
        "at": intake.at,
        "read": counts.read,
        "accepted": counts.accepted,
        "last": str(counts.last),
        "reasons": [
            {**msgspec.structs.asdict(one), "first": str(one.first), "last": str(one.last)} for one in counts.reasons
        ],
    }


def opportunity_row(opportunity: Opportunity, sequence: int, at: datetime) -> Row:
    savings = opportunity.monthly_savings_usd
    return {
        "id": opportunity.id,
        "sequence": sequence,
        "kind": opportunity.kind,
        "segment_id": opportunity.segment.id,
        "title": storable(opportunity.title),
        "monthly_savings_low_usd": savings.low,
        "monthly_savings_expected_usd": savings.expected,
        "monthly_savings_high_usd": savings.high,
        "assumptions": opportunity.assumptions,
        "evidence": opportunity.evidence,
        "action": opportunity.action,
        "risk": storable(opportunity.risk),
        "validation": storable(opportunity.validation),
        "price_version": storable(opportunity.price_version),
        **_alone_row(opportunity.alone_savings_usd),
        "parts": opportunity.parts,
        "benefit": storable(opportunity.benefit),
        "effort": opportunity.effort,
        "wrong_if": storable(opportunity.wrong_if),
        "sample_size": opportunity.sample_size,
        "found_at": at,
        "updated_at": at,
        "seen_at": at,
    }


def opportunity_of(row: RowMapping) -> Opportunity:
    return Opportunity(
        id=row["id"],
        kind=row["kind"],
        segment=segment_of(row),
        title=row["title"],
        monthly_savings_usd=MoneyRange(
            row["monthly_savings_low_usd"], row["monthly_savings_expected_usd"], row["monthly_savings_high_usd"]
        ),
        assumptions=row["assumptions"],
        evidence=row["evidence"],
        action=row["action"],
        risk=row["risk"],
        validation=row["validation"],
        price_version=row["price_version"],
        alone_savings_usd=_alone_of(row),
        parts=msgspec.convert(row["parts"], list[OpportunityPart]),
        benefit=row["benefit"],
        effort=row["effort"],
        wrong_if=row["wrong_if"],
        sample_size=row["sample_size"],
    )


def _alone_row(savings: MoneyRange | None) -> Row:
    return {f"alone_savings_{name}_usd": getattr(savings, name, None) for name in MoneyRange.__struct_fields__}


def _alone_of(row: RowMapping) -> MoneyRange | None:
    low, expected, high = (row[f"alone_savings_{name}_usd"] for name in MoneyRange.__struct_fields__)
    return None if expected is None else MoneyRange(low, expected, high)


def insight_row(insight: Insight) -> Row:
    return {
        "id": insight.id,
        "kind": insight.kind,
        "subject_id": insight.subject_id,
        "sequence": insight.sequence,
        "segment_id": insight.segment.id,
        "title": storable(insight.title),
        "text": storable(insight.text),
        "page": insight.page,
        "narrator": insight.narrator,
        "facts": insight.facts,
        "subject": insight.subject,
        "created_at": insight.created_at,
        "updated_at": insight.created_at,
        "edition": insight.edition,
        "provenance": insight.provenance,
    }


def message_row(message: OutboxMessage) -> Row:
    return {
        "idempotency_key": message.idempotency_key,
        "channel": message.channel,
        "insight_id": message.insight_id,
        "payload": message.payload,
        "due_at": message.due_at or AT_ONCE,
    }


def message_of(row: RowMapping) -> OutboxMessage:
    """As it was owed; its time is past."""
    names = ("idempotency_key", "channel", "insight_id", "payload", "attempts")
    return OutboxMessage(**{name: row[name] for name in names})


def insight_of(row: RowMapping) -> Insight:
    decoded = ("segment", "facts", "created_at", "provenance")
    values = {name: row[name] for name in Insight.__struct_fields__ if name not in decoded}
    return Insight(
        **values,
        segment=segment_of(row),
        facts=msgspec.convert(row["facts"], list[Fact]),
        created_at=row["created_at"].astimezone(UTC),
        provenance=msgspec.convert(row["provenance"], Provenance),
    )


def _ref_row(prefix: str, ref: RowRef | None) -> Row:
    ordinal, time, request_id = (ref.ordinal, ref.time, ref.request_id) if ref else (None, None, None)
    return {
        f"{prefix}_ordinal": ordinal,
        f"{prefix}_time": time,
        f"{prefix}_request_id": storable(request_id),
    }


def _ref_of(prefix: str, row: RowMapping) -> RowRef:
    return RowRef(
        ordinal=row[f"{prefix}_ordinal"],
        time=row[f"{prefix}_time"].astimezone(UTC),
        request_id=row[f"{prefix}_request_id"],
    )
