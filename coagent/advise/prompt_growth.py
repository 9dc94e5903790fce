"""Prompts that grew over the weeks: histories, retrieved passages and instructions that nobody cut."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import input_price
from coagent.advise.frame import Accounts, Floats, Frame, divided, model_of
from coagent.advise.length_rows import length_rows
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.sample_size import quality_sample
from coagent.advise.token_limit import token_limit
from coagent.domain.segment import Segment

KIND = "prompt_growth"
WEEK = 7
LEAST_GROWTH = 1.3
LEAST_REQUESTS = 200
"""A week at both ends: fewer requests differ by so much by chance."""
CAN_BE_CUT = (0.25, 0.65)


def prompt_growth(frame: Frame) -> Iterator[Proposal]:
    """Accounts whose tokens in a request are 30 % above those of two weeks or more ago."""
    if len(frame.days) < 2 * WEEK:
        return
    first, last = _lengths(frame, slice(None, WEEK)), _lengths(frame, slice(-WEEK, None))
    accounts = np.flatnonzero(last >= LEAST_GROWTH * first)
    growth = np.nan_to_num(last - first)[:, None] * frame["requests"] * input_price(frame)
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some, growth[some], (first[some], last[some]))


def _lengths(frame: Frame, days: slice) -> Floats:
    """Tokens in a request over those days, shape (accounts,); NaN where too few were sent."""
    tokens, requests = frame["input_tokens"][:, days], frame["requests"][:, days].sum(axis=1)
    return np.where(requests >= LEAST_REQUESTS, divided(tokens.sum(axis=1), requests), np.nan)


def _proposal(
    frame: Frame, model: Segment, accounts: Accounts, growth: Floats, compared: tuple[Floats, Floats]
) -> Proposal:
    first, last = compared
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(growth, *CAN_BE_CUT),
        title=f"Cut what prompts gained: {np.max(last / first) - 1:.0%} more tokens in than {len(frame.days)} days ago",
        assumptions=[
            "Prompts stay as long as in the last week.",
            "Of what they gained since the first week, 25 % (low), 65 % (expected) or all (high) can go.",
        ],
        evidence=length_rows(
            frame, accounts, ("first_week_input_tokens_a_request", "last_week_input_tokens_a_request"), compared
        ),
        change=("/prompt/max_input_tokens", token_limit(1.5 * np.max(first))),
        effort="medium",
        risk="What the prompts gained may be what made answers better.",
        validation="Shadow prompts of the first week's length; compare the scores of both answers.",
        sample_size=quality_sample(float("nan")),
        wrong_if="Quality scores were lower in the first week, or fall with the shorter prompt.",
    )
