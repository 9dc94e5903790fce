"""The priority tier, bought where nobody waits."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Frame, divided, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.domain.segment import Segment
from coagent.domain.unit_price import Prices

KIND = "priority_tier"
PRIORITY = "priority"
LEAST_SHARE = 0.2
STREAMED_AT_MOST = 0.05
CAN_WAIT = (0.3, 0.7)


def priority_tier(frame: Frame) -> Iterator[Proposal]:
    """Accounts with priority requests that stream nothing; the tier's price has to be known."""
    share = frame.share("priority_requests", "tiers_known")
    streamed = divided(frame.total("streamed"), frame.total("requests"))
    accounts = np.flatnonzero((share >= LEAST_SHARE) & (streamed <= STREAMED_AT_MOST))
    for model, some in frame.groups(accounts, model_of):
        premium = _premium(frame.prices, model)
        if premium > 1:
            yield _proposal(frame, model, some, premium)


def _premium(prices: Prices, model: Segment) -> float:
    """Priority by standard price; 1 where it is not known."""
    standard, priority = (prices(model.provider, model.request_model, tier) for tier in (None, PRIORITY))
    return priority.output / standard.output if standard and priority and standard.output else 1.0


def _proposal(frame: Frame, model: Segment, accounts: Accounts, premium: float) -> Proposal:
    share = np.nan_to_num(divided(frame["priority_requests"], frame["tiers_known"]))[accounts]
    dear = premium * share / (premium * share + 1 - share)
    extra = frame.spend[accounts] * dear * (1 - 1 / premium)
    requests = frame["priority_requests"][accounts].sum()
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(extra, *CAN_WAIT),
        title=f"Send {requests:,.0f} requests at the standard tier: priority costs {premium - 1:.0%} more",
        assumptions=[
            "Nothing is streamed, so 30 % (low), 70 % (expected) or all (high) of it does not need priority.",
            "A priority request has the same lengths as the account's others.",
        ],
        evidence=[
            {
                "priority_requests": int(requests),
                "priority_share": round(float(share.mean()), 4),
                "premium_share": round(premium - 1, 4),
                "streamed": int(np.nansum(frame["streamed"][accounts])),
            }
        ],
        change=("/service_tier", "default"),
        effort="low",
        risk="The standard tier is slower at busy hours: whatever a deadline waits for must keep its tier.",
        validation="Canary on a tenth of the requests for a week: compare duration p95 and errors at busy hours.",
        wrong_if="Durations at busy hours break a deadline that priority kept.",
        price_version=frame.prices.version,
    )
