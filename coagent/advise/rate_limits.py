"""Requests refused at the provider's rate limit while there is room elsewhere or at other hours."""

import re
from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Floats, Frame, model_of
from coagent.advise.no_money import nothing_saved
from coagent.advise.proposal import Proposal
from coagent.advise.savings import DAYS_PER_MONTH
from coagent.domain.segment import Segment

KIND = "rate_limits"
LEAST_SHARE = 0.01
LEAST_REFUSED = 50
RATE_LIMITED = re.compile(r"rate.?limit|too.?many.?requests|\b429\b|throttl|quota", re.IGNORECASE)

Place = tuple[str, str | None]
"""Provider and endpoint."""


def rate_limits(frame: Frame) -> Iterator[Proposal]:
    """Accounts with one request in a hundred refused at a rate limit; error types have to be known."""
    refused = np.array([_refused(counts) for counts in frame.error_types], float)
    accounts = np.flatnonzero((refused >= LEAST_REFUSED) & (refused >= LEAST_SHARE * frame.total("requests")))
    for model, some in frame.groups(accounts, model_of):
        yield _proposal(frame, model, some, refused)


def _refused(counts: dict[str, int]) -> int:
    return sum(count for name, count in counts.items() if RATE_LIMITED.search(name))


def _proposal(frame: Frame, model: Segment, accounts: Accounts, refused: Floats) -> Proposal:
    count, requests = refused[accounts].sum(), frame["requests"][accounts].sum()
    others = _elsewhere(frame, model, accounts, refused)
    peak = frame["peak_hour_requests"][accounts].sum(axis=0).max()
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=nothing_saved(frame, accounts),
        title=f"Spread the load: {count / requests:.1%} of requests are refused at the rate limit",
        benefit=f"About {DAYS_PER_MONTH * count / len(frame.days):,.0f} requests a month would not be refused.",
        assumptions=["What is refused at the busiest hours is answered elsewhere or an hour later."],
        evidence=[
            {
                "requests": int(requests),
                "refused_at_rate_limit": int(count),
                "peak_hour_requests": int(peak),
                "mean_hour_requests": round(float(requests / len(frame.days) / 24), 1),
                "endpoints_with_room": [" · ".join(filter(None, one)) for one in others],
            }
        ],
        change=("/load_balance", {"endpoints": _endpoints(others), "queue_at_peak": not others}),
        effort="medium",
        risk="Requests in a queue wait; another endpoint may be slower.",
        validation="Spread a tenth of the load for a week: count refusals and compare durations.",
        wrong_if="Refusals do not follow the busy hours: the limit is then a key's or a day's.",
    )


def _elsewhere(frame: Frame, model: Segment, accounts: Accounts, refused: Floats) -> list[Place]:
    """Other providers and endpoints of the same model without refusals."""
    own = {_place(frame.segments[one]) for one in accounts}
    places = {
        _place(one)
        for number, one in enumerate(frame.segments)
        if one.request_model == model.request_model and not refused[number]
    }
    return sorted(places - own, key=str)


def _place(segment: Segment) -> Place:
    return segment.provider, segment.endpoint


def _endpoints(places: list[Place]) -> list[str]:
    """Those that are known by name."""
    return [endpoint for _, endpoint in places if endpoint]
