"""The trial of an approved opportunity: a shadow test, or both models or endpoints side by side."""

from collections.abc import Iterable
from datetime import timedelta

from coagent.domain.decision import KnownOpportunity, accounts_of, changes_of, target_of
from coagent.domain.segment import Segment
from coagent.domain.slo import Match
from coagent.domain.verdict import ArmField, Arms, Margin, Trial
from coagent.verdict.trial import new_trial

LASTS = timedelta(days=30)
"""As long as savings are estimated for; what is not decided by then is undecided."""
SHOWN_ID = 8
MARGINS = (
    Margin(metric="success", margin=0.02, halt=0.02),
    Margin(metric="cost", margin=0.0, halt=0.1, expected=-0.2),
    Margin(metric="latency", margin=0.2, halt=0.2),
)
"""Convention: it has to be no dearer, and a fifth cheaper is expected."""
QUALITY = Margin(metric="quality", margin=0.05, halt=0.05)
"""A shadow test is about quality: where no scores come it is undecided."""
FIELDS: tuple[tuple[ArmField, str, str], ...] = (
    ("model", "model", "request_model"),
    ("endpoint", "endpoint", "endpoint"),
    ("provider", "provider", "provider"),
)
"""What distinguishes the arms, the first that differs: name in the target, name in the account."""


def opportunity_trial(known: KnownOpportunity) -> Trial | None:
    """None where it is not approved, or its change leaves both arms alike. The same decision gives the same trial."""
    decided = known.decided
    arms = _arms(known)
    if known.status != "approved" or decided is None or arms is None:
        return None
    is_shadow = _shadow(known) is not None
    return new_trial(
        name=f"opportunity {known.opportunity.id[:SHOWN_ID]}",
        mode="shadow" if is_shadow else "split",
        pair_by="request_id" if is_shadow else None,
        arms=arms,
        match=_match(accounts_of(known.opportunity), arms.field),
        margins=(MARGINS[0], QUALITY, *MARGINS[1:]) if is_shadow else MARGINS,
        alpha=0.05,
        since=decided.at,
        ends_at=decided.at + LASTS,
        started_at=decided.at,
        started_by=decided.by,
        opportunity_id=known.opportunity.id,
    )


def _shadow(known: KnownOpportunity) -> dict[str, str] | None:
    """Where copies of the requests go, if they do."""
    value = changes_of(known.opportunity.action).get("/shadow")
    if not isinstance(value, dict):
        return None
    return {name: value[name] for name in ("provider", "model", "endpoint") if isinstance(value.get(name), str)}


def _arms(known: KnownOpportunity) -> Arms | None:
    target = _shadow(known) or target_of(known.opportunity)
    accounts = accounts_of(known.opportunity)
    for field, named, own in FIELDS:
        before, after = _shared(getattr(one, own) for one in accounts), target.get(named)
        if before and after and before != after:
            return Arms(field=field, control=before, candidate=after)
    return None


def _match(accounts: list[Segment], field: ArmField) -> Match:
    """What all accounts share, but what distinguishes the arms or may differ between them."""
    task, tenant = (_shared(getattr(one, name) for one in accounts) for name in ("task", "tenant"))
    model = None if field == "model" else _shared(one.request_model for one in accounts)
    return Match(model=model, task=task, tenant=tenant)


def _shared(values: Iterable[str | None]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
