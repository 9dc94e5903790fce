"""Answers cut off at max_tokens are paid and of little use."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Frame, mean_of_known, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.token_limit import token_limit
from coagent.domain.segment import Segment

KIND = "truncated_answers"
LEAST_SHARE = 0.15
LEAST_FINISHES = 200
ASKED_AGAIN = (0.15, 0.5)


def truncated_answers(frame: Frame) -> Iterator[Proposal]:
    """Accounts where max_tokens is always in the way; finish reasons have to be known."""
    finishes = frame["finishes_known"].sum(axis=1)
    truncated = frame["truncations"].sum(axis=1)
    accounts = np.flatnonzero((finishes >= LEAST_FINISHES) & (truncated >= LEAST_SHARE * finishes))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some)


def _proposal(frame: Frame, model: Segment, accounts: Accounts) -> Proposal:
    truncated = frame["truncations"][accounts]
    share = truncated.sum() / frame["finishes_known"][accounts].sum()
    limits = frame["max_tokens_known"][accounts].sum()
    limit = round(float(np.nansum(frame["max_tokens"][accounts]) / limits)) if limits else None
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(truncated * frame.usd_per_request[accounts], *ASKED_AGAIN),
        title=f"Raise max_tokens or ask for shorter answers: {share:.0%} of answers are truncated",
        assumptions=[
            "Of what truncated answers cost, 15 % (low), half (expected) or all (high) is wasted: asked again.",
            "A truncated answer costs what the account's average request of the day costs.",
        ],
        evidence=[
            {
                "truncations": int(truncated.sum()),
                "truncated_share": round(float(share), 4),
                "max_tokens": limit,
                "output_tokens_a_request": round(mean_of_known(frame.per_request("output_tokens")[accounts], 0.0), 1),
            }
        ],
        change=("/max_tokens", token_limit(2 * limit) if limit else None),
        effort="low",
        risk="Answers that are longer cost more if they were not asked again.",
        validation="Canary on a tenth of the requests for a week: compare truncations, repeats and cost a task done.",
        wrong_if="Nobody asks again after a truncated answer, or longer answers cost more than the repeats did.",
    )
