"""Answer a prompt that was asked before from a cache instead of paying for it again."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.distinct_prompts import EXACT_UP_TO, RELATIVE_ERROR, SIGMAS
from coagent.advise.frame import Accounts, Floats, Frame, model_of
from coagent.advise.proposal import Daily, Proposal
from coagent.domain.segment import Segment

KIND = "repeated_prompts"
CACHE_TTL_S = 86_400
LEAST_SHARE = 0.02
"""Of prompts that repeat: less is not worth a cache."""


def repeated_prompts(frame: Frame) -> Iterator[Proposal]:
    """Accounts whose prompts repeat within a day by more than the sketch's error; a model is one decision."""
    low, _, _ = _repeats(frame)
    prompts = frame["prompts_known"].sum(axis=1)
    accounts = np.flatnonzero((low.sum(axis=1) > LEAST_SHARE * prompts) & (prompts > 0))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some)


def _repeats(frame: Frame) -> tuple[Floats, Floats, Floats]:
    """Requests a day that repeat a prompt of the day, less those that a cache answered already: low, expected, high;
    shape (accounts, days) each.
    """
    distinct = np.nan_to_num(frame["distinct_prompts"])
    error = np.where(distinct > EXACT_UP_TO, SIGMAS * RELATIVE_ERROR * distinct, 0)
    prompts, hits = frame["prompts_known"], np.nan_to_num(frame["cache_hits"])
    low, expected, high = (
        np.clip(np.rint(prompts - number) - hits, 0, None) for number in (distinct + error, distinct, distinct - error)
    )
    return low, expected, high


def _proposal(frame: Frame, model: Segment, accounts: Accounts) -> Proposal:
    low, expected, high = (repeats[accounts] for repeats in _repeats(frame))
    price = frame.usd_per_request[accounts]
    prompts = frame["prompts_known"][accounts].sum()
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=Daily(low=low * price, expected=expected * price, high=high * price),
        title=f"Cache exact answers: {expected.sum() / prompts:.0%} of prompts repeat within a day",
        assumptions=[
            "An answer may be used again until the end of its UTC day.",
            "A repeated request costs what the account's average priced request of the day costs.",
            f"Low and high hold the distinct-count sketch's error, {SIGMAS} standard deviations.",
        ],
        evidence=_evidence(frame, accounts, expected),
        change=("/cache", {"match": "exact_prompt", "ttl_s": CACHE_TTL_S}),
        effort="low",
        risk="A cached answer may be out of date, and whoever wants a new answer to an old prompt gets the old one.",
        validation="Shadow for a week: look each prompt up, answer from the model, compare hit rate and answers.",
        wrong_if="The shadow's hit rate is below the repeated share, or repeated prompts get answers that must differ.",
    )


def _evidence(frame: Frame, accounts: Accounts, expected: Floats) -> list[dict[str, object]]:
    """A row a day."""
    prompts, distinct = (
        frame["prompts_known"][accounts].sum(axis=0),
        np.nansum(frame["distinct_prompts"][accounts], axis=0),
    )
    hits, spend = np.nansum(frame["cache_hits"][accounts], axis=0), frame.spend[accounts].sum(axis=0)
    return [
        {
            "day": f"{day:%Y-%m-%d}",
            "prompts": int(prompts[place]),
            "distinct_prompts": round(float(distinct[place])),
            "cache_hits": int(hits[place]),
            "repeats": int(expected[:, place].sum()),
            "spend_usd": round(float(spend[place]), 6),
        }
        for place, day in enumerate(frame.days)
        if prompts[place]
    ]
