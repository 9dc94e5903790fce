"""Insights out of subjects and rendered claims."""

import hashlib
from datetime import datetime

from coagent.domain.insight import Fact, Insight, Provenance
from coagent.domain.plain_json import plain
from coagent.domain.probe import ProbeOutcome
from coagent.domain.quality_change import QualityChange
from coagent.domain.shift import Shift
from coagent.domain.slo import Burn
from coagent.domain.subject import AnySubject
from coagent.narrate.arrangement import Arrangement
from coagent.narrate.claim import Claim, by_id
from coagent.narrate.kinds import claims_of, facts_of, kind_of
from coagent.narrate.plain import NARRATOR, plain_arrangement
from coagent.narrate.render import text_of

PAGING = Shift | Burn | ProbeOutcome | QualityChange


def insight_id(subject: AnySubject) -> str:
    """Fingerprint of the subject, 16 hex digits: every version of it updates one insight."""
    if kind_of(subject).has_own_id:
        return subject.id
    return hashlib.blake2b(f"{kind_of(subject).kind}:{subject.id}".encode(), digest_size=8).hexdigest()


def plain_insight(subject: AnySubject, sequence: int, at: datetime) -> Insight:
    """The insight as the plain narrator writes it, with nothing looked up."""
    facts = facts_of(subject)
    claims = claims_of(subject, facts)
    return compose(subject, sequence, at, facts=facts, claims=claims, arrangement=plain_arrangement(claims))


def compose(
    subject: AnySubject,
    sequence: int,
    at: datetime,
    *,
    facts: list[Fact],
    claims: list[Claim],
    arrangement: Arrangement,
    edition: int = 0,
    provenance: Provenance = Provenance(),  # noqa: B008  frozen
) -> Insight:
    """Only what is open pages."""
    return Insight(
        id=insight_id(subject),
        kind=kind_of(subject).kind,
        subject_id=subject.id,
        sequence=sequence,
        segment=subject.segment,
        title=by_id(claims)[arrangement.headline].title,
        text=text_of(arrangement, claims, facts),
        page=isinstance(subject, PAGING) and subject.page and subject.status == "open",
        narrator=NARRATOR if provenance.model is None else f"model:{provenance.model}",
        facts=facts,
        subject=plain(subject),
        created_at=at,
        edition=edition,
        provenance=provenance,
    )
