"""Insights out of subjects and drafts."""

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from coagent.domain.insight import Fact, Insight
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.deterministic import NARRATOR, plain_draft
from coagent.narrate.draft import Draft
from coagent.narrate.facts import facts_of

Kind = Literal["shift", "opportunity"]


def kind_of(subject: Shift | Opportunity) -> Kind:
    return "shift" if isinstance(subject, Shift) else "opportunity"


def insight_id(subject: Shift | Opportunity) -> str:
    """Fingerprint of the subject, 16 hex digits: every version of it updates one insight."""
    return hashlib.blake2b(f"{kind_of(subject)}:{subject.id}".encode(), digest_size=8).hexdigest()


def plain_subject(subject: Shift | Opportunity) -> dict[str, Any]:
    """Plain JSON types: times are RFC 3339, money is text; an unknown (NaN) figure is None."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(subject))
    return plain


def plain_insight(subject: Shift | Opportunity, sequence: int, at: datetime) -> Insight:
    """The insight as the deterministic narrator writes it."""
    return compose(subject, sequence, at, draft=plain_draft(subject), narrator=NARRATOR, facts=facts_of(subject))


def compose(
    subject: Shift | Opportunity, sequence: int, at: datetime, *, draft: Draft, narrator: str, facts: list[Fact]
) -> Insight:
    """Only an open shift pages."""
    return Insight(
        id=insight_id(subject),
        kind=kind_of(subject),
        subject_id=subject.id,
        sequence=sequence,
        segment=subject.segment,
        title=draft.title,
        text=draft.text,
        page=isinstance(subject, Shift) and subject.page and subject.status == "open",
        narrator=narrator,
        facts=facts,
        subject=plain_subject(subject),
        created_at=at,
    )
