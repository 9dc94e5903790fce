"""Where the company's own GPUs would cost less than the provider."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coagent.advise.complexity import HIGH, complexity
from coagent.advise.frame import Accounts, Frame, model_of
from coagent.advise.proposal import Daily, Proposal
from coagent.advise.sample_size import quality_sample
from coagent.domain.segment import Segment

KIND = "self_hosting"
HOURS_A_DAY, SECONDS_AN_HOUR = 24, 3600
HEADROOM = 1.5
"""Tokens of the busiest hour come unevenly within it: convention."""
MOVES = (0.5, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Gpu:
    """What the operator gives: US dollars an hour of one GPU, and tokens out a second measured on it under load."""

    usd_per_hour: float
    output_tokens_per_s: float
    model: str


def self_hosting(frame: Frame, gpu: Gpu) -> Iterator[Proposal]:
    """Models whose requests that do not look hard cost more than the GPUs that their busiest hour needs, all day."""
    easy = np.flatnonzero((complexity(frame).overall >= 0) & (complexity(frame).overall < HIGH))
    for model, accounts in frame.groups(easy, model_of):
        gpus = _gpus(frame, accounts, gpu)
        spend, cost = frame.spend[accounts], gpus * gpu.usd_per_hour * HOURS_A_DAY
        if spend.sum(axis=0).mean() > cost:
            yield _proposal(frame, model, accounts, gpu, gpus)


def _gpus(frame: Frame, accounts: Accounts, gpu: Gpu) -> int:
    """For the busiest hour, as if all accounts had theirs at once."""
    busiest = frame["peak_hour_output_tokens"][accounts].sum(axis=0).max()
    return max(int(np.ceil(HEADROOM * busiest / SECONDS_AN_HOUR / gpu.output_tokens_per_s)), 1)


def _proposal(frame: Frame, model: Segment, accounts: Accounts, gpu: Gpu, gpus: int) -> Proposal:
    spend = frame.spend[accounts]
    cost_a_day = gpus * gpu.usd_per_hour * HOURS_A_DAY
    shares = spend / np.maximum(spend.sum(axis=0), 1e-12)
    low, expected, high = (np.clip(moved * spend - cost_a_day * shares, 0, None) for moved in MOVES)
    return Proposal(
        kind=KIND,
        subject=model,
        accounts=accounts,
        daily=Daily(low=low, expected=expected, high=high),
        title=f"Host {gpu.model} on {gpus} GPUs: less than {model.request_model} costs",
        assumptions=[
            "GPU price and tokens a second are those of the settings; people who run them are not counted.",
            "50 % (low), 80 % (expected) or all (high) of the spend moves; every GPU runs all day.",
            f"The busiest hour's tokens out, times {HEADROOM}, set how many GPUs are needed.",
        ],
        evidence=[
            {
                "gpus": gpus,
                "gpu_cost_a_day_usd": round(cost_a_day, 2),
                "spend_a_day_usd": round(float(spend.sum(axis=0).mean()), 2),
                "busiest_hour_output_tokens": int(frame["peak_hour_output_tokens"][accounts].sum(axis=0).max()),
            }
        ],
        change=("/shadow", {"provider": "self_hosted", "model": gpu.model, "share": 0.1}),
        effort="high",
        risk="Another model answers differently, and its operation is work: outages, updates, spare capacity.",
        validation="Measure tokens a second under this load on one GPU; shadow a tenth of the requests and score both.",
        sample_size=quality_sample(float("nan")),
        wrong_if="Measured tokens a second under load are lower, or scores of its answers are.",
    )
