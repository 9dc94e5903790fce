"""Requests that fail and are paid all the same."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Frame, divided, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.domain.segment import Segment

KIND = "retry_waste"
LEAST_SHARE = 0.02
"""Of the spend that failed requests cost."""
CAN_BE_FIXED = (0.4, 0.75)


def retry_waste(frame: Frame) -> Iterator[Proposal]:
    """Accounts whose failed requests are billed; the cost of a failed request has to be known."""
    failed = frame["failed_cost_usd"].sum(axis=1)
    accounts = np.flatnonzero(failed > LEAST_SHARE * frame.spend.sum(axis=1))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some)


def _proposal(frame: Frame, model: Segment, accounts: Accounts) -> Proposal:
    failed = frame["failed_cost_usd"][accounts]
    errors, requests = (frame[name][accounts].sum() for name in ("errors", "requests"))
    types = frame.error_counts(accounts)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(failed, *CAN_BE_FIXED),
        title=f"Stop paying for failed requests: {errors / requests:.1%} fail and are billed",
        assumptions=["Of what failed requests cost, 40 % (low), 75 % (expected) or all (high) can be avoided."],
        evidence=[
            {
                "requests": int(requests),
                "errors": int(errors),
                "failed_cost_usd": round(float(failed.sum()), 6),
                "failed_share_of_spend": round(float(divided(failed.sum(), frame.spend[accounts].sum())), 4),
                "retries": int(np.nansum(frame["retries"][accounts])),
                "most_frequent_errors": dict(list(types.items())[:5]),
            }
        ],
        change=("/retry", {"max_attempts": 2, "backoff": "exponential_with_jitter", "respect_retry_after": True}),
        effort="low",
        risk="Fewer attempts mean that some requests fail which a third attempt would have answered.",
        validation="Canary on a tenth of the requests for a week: compare success rate and cost of failed requests.",
        wrong_if="The cost of failed requests does not fall, or the success rate after retries does.",
    )
