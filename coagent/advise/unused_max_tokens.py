"""A max_tokens that is never reached: providers count it against the rate limit, and it stops no runaway answer."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Floats, Frame, divided, model_of
from coagent.advise.no_money import nothing_saved
from coagent.advise.proposal import Proposal
from coagent.advise.token_limit import token_limit
from coagent.domain.segment import Segment

KIND = "unused_max_tokens"
TIMES_OUTPUT = 8.0
"""Limit by mean tokens out from which it is far from any answer; half of it is proposed, and longest answers are seldom
above four times the mean (convention).
"""
REACHED_AT_MOST = 0.001
"""Share of answers that stop at the limit."""
LEAST_FINISHES = 1000
"""Fewer say little about one in a thousand."""
LEAST_TOKENS_A_MINUTE = 20_000
"""Reserved and not used in the busiest hour: providers' lowest paid tiers allow 30,000 a minute, so less is in nobody's
way (convention).
"""
MINUTES = 60


def unused_max_tokens(frame: Frame) -> Iterator[Proposal]:
    """Accounts with a limit of eight times the mean output that next to no answer reaches; limits and finish reasons
    have to be known. Less than a few tokens a minute are in nobody's way.
    """
    limits, output = frame.share("max_tokens", "max_tokens_known"), frame.per_request("output_tokens")
    finishes, reached = frame.total("finishes_known"), frame.total("truncations")
    unused = _unused_a_minute(frame, limits - output)
    never = (finishes >= LEAST_FINISHES) & (reached <= REACHED_AT_MOST * finishes)
    accounts = np.flatnonzero(never & (limits >= TIMES_OUTPUT * output))
    for model, some in frame.groups(accounts, model_of):
        if unused[some].sum() >= LEAST_TOKENS_A_MINUTE:
            yield _proposal(frame, model, some, unused[some])


def _unused_a_minute(frame: Frame, unused: Floats) -> Floats:
    """In the busiest hour, of the requests that name a limit; shape (accounts,)."""
    named = np.nan_to_num(divided(frame.total("max_tokens_known"), frame.total("requests")))
    busiest: Floats = np.nan_to_num(frame["peak_hour_requests"]).max(axis=1)
    return np.nan_to_num(unused) * named * busiest / MINUTES


def _proposal(frame: Frame, model: Segment, accounts: Accounts, unused: Floats) -> Proposal:
    limits, output = (
        frame.share("max_tokens", "max_tokens_known")[accounts],
        frame.per_request("output_tokens")[accounts],
    )
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=nothing_saved(frame, accounts),
        title=f"Lower max_tokens: it is {(limits / output).min():.0f} times the mean answer or more and never reached",
        benefit=f"About {unused.sum():,.0f} tokens a minute of the rate limit are free in the busiest hour, and a "
        "runaway answer stops sooner.",
        assumptions=[
            "The provider counts max_tokens against its limit of tokens a minute, as several do, whatever is answered.",
            "Money is not counted: what is not answered is not billed.",
        ],
        evidence=[
            {
                "segment": frame.segments[one].label,
                "max_tokens": round(float(limit)),
                "output_tokens_a_request": round(float(tokens), 1),
                "truncations": int(frame.total("truncations")[one]),
                "unused_tokens_a_minute": round(float(free)),
            }
            for one, limit, tokens, free in zip(accounts, limits, output, unused, strict=True)
        ],
        change=("/max_tokens", token_limit(TIMES_OUTPUT / 2 * output.max())),
        effort="low",
        risk="An answer that is much longer than the others is truncated.",
        validation="Canary on a tenth of the requests for a week: count truncated answers and refusals at the limit.",
        wrong_if="Answers are truncated at the new limit, or the provider does not count max_tokens.",
    )
