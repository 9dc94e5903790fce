"""The provider's prompt cache served much and then no more: somebody changed the beginning of the prompt."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.billed_prices import billed_prices
from coagent.advise.change_in_time import Step, largest_step
from coagent.advise.frame import Accounts, Frame, divided, model_of
from coagent.advise.proposal import Proposal, in_proportion
from coagent.domain.segment import Segment

KIND = "prompt_cache_collapse"
LEAST_BEFORE = 0.25
FELL_TO = 0.5
"""Of the share before."""
DAYS_BEFORE, DAYS_AFTER = 4, 2
COMES_BACK = (0.7, 0.9, 1.1)


def prompt_cache_collapse(frame: Frame) -> Iterator[Proposal]:
    """Accounts whose cached share of tokens in fell to half or less and stayed there."""
    shares = divided(frame["cached_input_tokens"], frame["cacheable_input_tokens"])
    steps = {number: largest_step(row, DAYS_BEFORE, DAYS_AFTER) for number, row in enumerate(shares)}
    fell = {number: step for number, step in steps.items() if step and _fell(step)}
    for model, some in frame.groups(np.array(sorted(fell), np.intp), model_of):
        yield _proposal(frame, model, some, [fell[int(one)] for one in some])


def _fell(step: Step) -> bool:
    return step.before >= LEAST_BEFORE and step.after <= FELL_TO * step.before


def _proposal(frame: Frame, model: Segment, accounts: Accounts, steps: list[Step]) -> Proposal:
    prices = billed_prices(frame)
    lost = np.array([[step.before - step.after] for step in steps])
    cheaper = (prices.column("input") - prices.column("cached"))[accounts]
    most = lost * cheaper * np.nan_to_num(frame["input_tokens"][accounts])
    worst = max(steps, key=lambda step: step.before - step.after)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=in_proportion(most, *COMES_BACK),
        title=f"Repair the prompt cache: {worst.before:.0%} of tokens in were cached, {worst.after:.0%} are since "
        f"{frame.days[worst.day]:%Y-%m-%d}",
        assumptions=["The cached share comes back to 70 % (low), 90 % (expected) or 110 % (high) of what was lost."],
        evidence=[
            {
                "segment": frame.segments[one].label,
                "since": f"{frame.days[step.day]:%Y-%m-%d}",
                "cached_share_before": round(step.before, 4),
                "cached_share_after": round(step.after, 4),
            }
            for one, step in zip(accounts, steps, strict=True)
        ],
        change=("/prompt_cache", {"enabled": True, "stable_prefix_first": True}),
        effort="low",
        risk="None to answers: the same prompt in another order of its parts.",
        validation="Compare the prompt before and after that day; put what changes behind what does not; watch a day.",
        wrong_if="The prompt's beginning did not change that day, or the provider changed what it caches.",
    )
