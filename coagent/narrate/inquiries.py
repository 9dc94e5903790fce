"""Which questions may be asked about a subject, and in which order code asks them where no model chooses."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from coagent.domain.inquiry import INQUIRIES, Inquiry, InquiryKind
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import CauseKind, Shift
from coagent.domain.subject import AnySubject

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=3)
"""Of the time before the change that is compared: enough requests, and few enough rows to read at once."""

BY_CAUSE: Mapping[CauseKind, tuple[InquiryKind, ...]] = {
    "declared_version": ("past_shifts", "by_task"),
    "silent_version": ("past_shifts", "other_models", "by_task"),
    "quantization_or_stack": ("past_shifts", "other_models", "by_task"),
    "capacity": ("other_models", "other_providers", "past_shifts", "decompose"),
    "price": ("past_shifts", "by_tenant", "decompose"),
    "policy": ("by_task", "deploys", "past_shifts"),
    "truncation": ("by_task", "deploys", "past_shifts"),
    "deploy": ("deploys", "by_task"),
    "traffic_mix": ("decompose", "by_tenant", "by_task"),
    "unknown": ("deploys", "by_task", "past_shifts", "decompose"),
}


BY_SAVING: tuple[InquiryKind, ...] = ("by_task", "by_tenant", "by_hour")
BEFORE_SAVING = timedelta(days=1)
"""Read by the hour: whole days differ less than hours do."""


def open_to(subject: AnySubject) -> tuple[InquiryKind, ...]:
    """What a model may ask; nothing where code asks all that there is by itself."""
    return INQUIRIES if isinstance(subject, Shift) else ()


def by_cause(subject: AnySubject) -> tuple[InquiryKind, ...]:
    """What code asks by itself, the most revealing first."""
    if isinstance(subject, Opportunity):
        return BY_SAVING[1:] if subject.segment.task else BY_SAVING
    return BY_CAUSE[subject.cause.kind] if isinstance(subject, Shift) else ()


def inquiry(kind: InquiryKind, shift: Shift) -> Inquiry:
    """Around the shift's onset, to its newest row."""
    at = shift.onset.time.replace(second=0, microsecond=0)
    until = max(shift.updated.time, shift.onset.time) + timedelta(minutes=1)
    length = min(max(until - at, SHORTEST), LONGEST)
    return Inquiry(
        kind=kind,
        subject_id=shift.id,
        segment=shift.segment,
        since=at - length,
        at=at,
        until=min(until, at + LONGEST),
    )


def inquiry_about_saving(kind: InquiryKind, opportunity: Opportunity, now: datetime) -> Inquiry:
    """Over the last whole hours of a day: nothing is compared."""
    until = now.replace(minute=0, second=0, microsecond=0)
    since, segment = until - BEFORE_SAVING, opportunity.segment
    return Inquiry(
        kind=kind,
        subject_id=opportunity.id,
        segment=segment,
        since=since,
        at=since,
        until=until,
        by="hour",
        task=segment.task,
    )
