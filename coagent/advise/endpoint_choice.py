"""The same model at another provider or endpoint for less."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.frame import Accounts, Floats, Frame, divided, mean_of_known, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.unit_cost import unit_cost
from coagent.domain.segment import Segment

KIND = "endpoint_choice"
LEAST_REQUESTS = 500
LEAST_CHEAPER = 0.05
CAN_MOVE = (0.4, 0.8)
OTHER_TIERS_AT_MOST = 0.05


def endpoint_choice(frame: Frame) -> Iterator[Proposal]:
    """Accounts that pay 5 % more a token than another provider or endpoint of the same model, in this company's own
    bills at the standard tier.
    """
    paid = _paid(frame)
    for name in sorted({_plain(one) for one in frame.segments}):
        accounts = np.array([number for number, one in enumerate(frame.segments) if _plain(one) == name], np.intp)
        known = accounts[np.isfinite(paid[accounts])]
        if len({_place(frame.segments[one]) for one in known}) > 1:
            yield from _cheaper(frame, known, paid)


def _paid(frame: Frame) -> Floats:
    """US dollars a token in, shape (accounts,); NaN where unknown, thin or at another tier."""
    other = divided((frame["priority_requests"] + frame["batched_requests"]).sum(axis=1), frame.total("requests"))
    usable = (frame.total("requests") >= LEAST_REQUESTS) & (other <= OTHER_TIERS_AT_MOST)
    costs = unit_cost(frame)
    known = np.isfinite(costs)
    mean = divided(np.where(known, costs, 0).sum(axis=1), known.sum(axis=1).astype(float))
    return np.where(usable, mean, np.nan)


def _plain(segment: Segment) -> str:
    """The model's name without a gateway's prefix."""
    return segment.request_model.rsplit("/", 1)[-1].lower()


def _place(segment: Segment) -> tuple[str, str | None]:
    return segment.provider, segment.endpoint


def _cheaper(frame: Frame, accounts: Accounts, paid: Floats) -> Iterator[Proposal]:
    places = {_place(frame.segments[one]) for one in accounts}
    means = {
        place: np.mean([paid[one] for one in accounts if _place(frame.segments[one]) == place]) for place in places
    }
    best = min(sorted(places, key=str), key=lambda place: means[place])
    dear = accounts[paid[accounts] * (1 - LEAST_CHEAPER) > means[best]]
    dear = dear[[_place(frame.segments[one]) != best for one in dear]]
    for model, some in frame.groups(dear, model_of):
        yield _proposal(frame, model, some, best, 1 - means[best] / paid[some])


def _proposal(
    frame: Frame, model: Segment, accounts: Accounts, best: tuple[str, str | None], share: Floats
) -> Proposal:
    provider, endpoint = best
    target = " · ".join(filter(None, best))
    there = [
        number for number, one in enumerate(frame.segments) if _place(one) == best and _plain(one) == _plain(model)
    ]
    return Proposal(
        kind=KIND,
        subject=model,
        target=target,
        accounts=accounts,
        daily=in_proportion(frame.spend[accounts] * share[:, None], *CAN_MOVE),
        title=f"Same model for {share.max():.0%} less at {target}",
        assumptions=["40 % (low), 80 % (expected) or all (high) of the requests can move; tokens are counted alike."],
        evidence=[
            {
                "segment": frame.segments[one].label,
                "cheaper_share": round(float(cheaper), 4),
                "median_duration_s": _seconds(frame.median_duration_s[one]),
                "median_duration_there_s": _seconds(mean_of_known(frame.median_duration_s[there])),
            }
            for one, cheaper in zip(accounts, share, strict=True)
        ],
        change=("/endpoint", {"provider": provider, "endpoint": endpoint}),
        effort="medium",
        risk="Another endpoint may serve the model with other limits, another precision or a slower queue.",
        validation="Canary a tenth of the requests for a week: compare durations, errors, lengths and the bill.",
        wrong_if="The bill there is not lower for the same requests, or durations and errors are worse.",
    )


def _seconds(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
