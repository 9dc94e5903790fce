"""A provider's price that rose."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.advise.change_in_time import Step, largest_step
from coagent.advise.frame import Accounts, Frame, divided, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.advise.unit_cost import unit_cost
from coagent.domain.segment import Segment

KIND = "price_change"
LEAST_RISE = 1.03
DAYS_BEFORE, DAYS_AFTER = 4, 2
SPREADS = 4
"""A rise has to be so many standard deviations of the days on either side."""
TIERS_MAY_DIFFER = 0.05
CAN_BE_AVOIDED = (0.0, 0.5)


def price_change(frame: Frame) -> Iterator[Proposal]:
    """Accounts that pay 3 % more a token since some day, at the same tier."""
    costs = np.where(_same_tier(frame), unit_cost(frame), np.nan)
    steps = {number: largest_step(row, DAYS_BEFORE, DAYS_AFTER) for number, row in enumerate(costs)}
    rose = {number: step for number, step in steps.items() if step and _rose(step)}
    for model, some in frame.groups(np.array(sorted(rose), np.intp), model_of):
        yield _proposal(frame, model, some, [rose[int(one)] for one in some])


def _same_tier(frame: Frame) -> NDArray[np.bool_]:
    other = np.nan_to_num(divided(frame["priority_requests"] + frame["batched_requests"], frame["requests"]))
    same: NDArray[np.bool_] = np.ptp(other, axis=1, keepdims=True) <= TIERS_MAY_DIFFER
    return same


def _rose(step: Step) -> bool:
    return step.after >= LEAST_RISE * step.before and step.after - step.before >= SPREADS * step.spread


def _proposal(frame: Frame, model: Segment, accounts: Accounts, steps: list[Step]) -> Proposal:
    rise = np.array([[step.after / step.before] for step in steps])
    days = np.arange(len(frame.days))[None, :] >= np.array([[step.day] for step in steps])
    at_new_price = frame.spend[accounts] * np.where(days, 1, rise)
    first = min(steps, key=lambda step: step.day)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(at_new_price * (1 - 1 / rise), *CAN_BE_AVOIDED),
        title=f"Price rose {rise.max() - 1:.0%} on {frame.days[first.day]:%Y-%m-%d}: ask for the old one, or move",
        assumptions=["Of what the rise costs, nothing (low), half (expected) or all (high) can be avoided."],
        evidence=[
            {
                "segment": frame.segments[one].label,
                "since": f"{frame.days[step.day]:%Y-%m-%d}",
                "usd_a_million_input_tokens_before": round(step.before * 1e6, 6),
                "usd_a_million_input_tokens_after": round(step.after * 1e6, 6),
            }
            for one, step in zip(accounts, steps, strict=True)
        ],
        change=("/price_review", {"since": f"{frame.days[first.day]:%Y-%m-%d}"}),
        effort="medium",
        risk="Moving to another provider or model changes answers.",
        validation="Compare the invoice of that day with the day before, by model and kind of token.",
        wrong_if="The invoice shows the old price, or another kind of request was sent from that day on.",
    )
