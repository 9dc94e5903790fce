"""Proposals to opportunities: money, parts, identity."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from coagent.advise.frame import Floats, Frame
from coagent.advise.overlaps import combined
from coagent.advise.patch import patch
from coagent.advise.proposal import Proposal
from coagent.advise.savings import DAYS_PER_MONTH, Monthly, a_month
from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Opportunity, OpportunityPart

WORTH_REPORTING_USD = 0.01
WORTH_REPORTING_SHARE = 0.01
"""Of the spend of the accounts that it touches: less is within what a month differs from the next."""
CENT = Decimal("0.01")
MOST_EVIDENCE = 60
"""Rows kept: two months of days, or the first accounts; `parts` has all accounts."""


def composed(frame: Frame, proposals: Iterable[Proposal]) -> list[Opportunity]:
    """The most expected savings first; what saves too little and has no other benefit is left out."""
    spend = DAYS_PER_MONTH * frame.spend.mean(axis=1)
    alone = [(one, _within(a_month(one.daily), spend[one.accounts])) for one in proposals]
    found = [(one, money) for one, money in alone if _is_worth(one, money, spend)]
    net = combined(found, spend)
    made = [_opportunity(frame, one, alone, rest, spend) for (one, alone), rest in zip(found, net, strict=True)]
    return sorted(made, key=lambda one: (-one.monthly_savings_usd.expected, one.id))


def _within(money: Monthly, spend: Floats) -> Monthly:
    """No account saves more than it spends."""
    expected = np.minimum(money.expected, spend)
    return Monthly(
        low=np.minimum(money.low, expected), expected=expected, high=np.maximum(np.minimum(money.high, spend), expected)
    )


def _is_worth(proposal: Proposal, money: Monthly, spend: Floats) -> bool:
    expected, whole = money.expected.sum(), spend[proposal.accounts].sum()
    return proposal.benefit is not None or expected >= max(WORTH_REPORTING_USD, WORTH_REPORTING_SHARE * whole)


def _opportunity(frame: Frame, proposal: Proposal, alone: Monthly, net: Monthly, spend: Floats) -> Opportunity:
    return Opportunity(
        id=_id(proposal),
        kind=proposal.kind,
        segment=proposal.subject,
        title=proposal.title,
        monthly_savings_usd=_range(net),
        alone_savings_usd=_range(alone),
        parts=_parts(frame, proposal, net, spend),
        assumptions=[*proposal.assumptions, _observed(frame), *_unpriced(frame, proposal)],
        evidence=proposal.evidence[:MOST_EVIDENCE],
        action=patch(proposal.subject, *proposal.change),
        effort=proposal.effort,
        risk=proposal.risk,
        validation=proposal.validation,
        sample_size=proposal.sample_size,
        wrong_if=proposal.wrong_if,
        benefit=proposal.benefit,
        price_version=proposal.price_version or frame.price_version(proposal.accounts),
    )


def _id(proposal: Proposal) -> str:
    target = f"-{hashlib.blake2b(proposal.target.encode(), digest_size=4).hexdigest()}" if proposal.target else ""
    return f"{proposal.subject.id}-{proposal.kind}{target}"


def _range(money: Monthly) -> MoneyRange:
    return MoneyRange(*(_cents(part.sum()) for part in (money.low, money.expected, money.high)))


def _cents(amount: float) -> Decimal:
    return Decimal(float(amount)).quantize(CENT, ROUND_HALF_EVEN)


def _parts(frame: Frame, proposal: Proposal, net: Monthly, spend: Floats) -> list[OpportunityPart]:
    """The most savings first."""
    parts = [
        OpportunityPart(
            segment=frame.segments[one], monthly_spend_usd=_cents(spend[one]), monthly_savings_usd=_cents(saved)
        )
        for one, saved in zip(proposal.accounts, net.expected, strict=True)
    ]
    return sorted(parts, key=lambda part: (-part.monthly_savings_usd, part.segment.key()))


def _observed(frame: Frame) -> str:
    if frame.observed < timedelta(days=1):
        hours = frame.observed / timedelta(hours=1)
        if round(hours) == 1:
            return "1 hour was observed and counts as a whole day: the days of a month are like it, else idle."
        return f"{hours:.0f} hours were observed and count as whole days: the days of a month are like them, else idle."
    return f"The 30 days of a month are like the {len(frame.days)} observed ones."


def _unpriced(frame: Frame, proposal: Proposal) -> list[str]:
    requests, failed, priced = (frame[name][proposal.accounts].sum() for name in ("requests", "errors", "cost_known"))
    missing, answered = round(float(requests - failed - priced)), requests - failed
    line = f"{missing:,} of {answered:,.0f} answered requests have no known cost and save nothing here."
    return [line] if missing > 0 else []
