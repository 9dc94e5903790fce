"""Ask the cheap model first, the dear one where that fails."""

from collections.abc import Iterator

import numpy as np

from coagent.advise.candidates import Candidate, Models
from coagent.advise.complexity import MEDIUM, Complexity, complexity
from coagent.advise.frame import Accounts, Frame, mean_of_known, task_of
from coagent.advise.proposal import Daily, Proposal
from coagent.advise.sample_size import MATTERS, quality_sample
from coagent.domain.segment import Segment

KIND = "cascade"
AT_MOST = 0.5
"""Of the present cost: every request pays the cheap model, so it has to be cheap."""
ESCALATED = (0.6, 0.3, 0.1)
"""Share of requests that the cheap model does not answer well enough: low, expected, high savings."""


def cascade(frame: Frame) -> Iterator[Proposal]:
    """Tasks of medium complexity where a model at half the cost was measured on the same task."""
    matrix, models = complexity(frame), Models.of(frame)
    for task, accounts in frame.groups(np.flatnonzero(matrix.overall == MEDIUM), task_of):
        most = AT_MOST * mean_of_known(models.usd[accounts])
        measured = [one for one in models.on_task(accounts) if one.usd <= most]
        if measured and task.task is not None:
            yield _proposal(frame, task, accounts, min(measured, key=lambda one: (one.usd, one.model)), matrix)


def _proposal(frame: Frame, task: Segment, accounts: Accounts, candidate: Candidate, matrix: Complexity) -> Proposal:
    target, score = candidate.model, candidate.score
    return Proposal(
        kind=KIND,
        subject=task,
        target=target.label,
        accounts=accounts,
        daily=_saved(frame, accounts, candidate),
        title=f"Ask {target.request_model} first and {task.request_model} where it fails",
        assumptions=[
            "60 % (low), 30 % (expected) or 10 % (high) of the requests are asked again of the present model.",
            f"The cheap model's cost a request rests on {candidate.basis}.",
            "Equal quality is not measured." if np.isnan(score) else f"Its mean score on the task is {score:.2f}.",
        ],
        evidence=[
            {**matrix.row(frame, int(one)), "candidate_usd_per_request": round(candidate.usd, 8)} for one in accounts
        ],
        change=(
            "/cascade",
            [
                {"provider": target.provider, "model": target.request_model},
                {"provider": task.provider, "model": task.request_model},
            ],
        ),
        effort="high",
        risk="Requests that are asked twice take longer, and a check that lets bad answers pass lowers quality.",
        validation="Shadow: ask the cheap model too, let the check decide, count how often it would ask again; compare "
        f"scores of what it lets pass; act only where good answers are not rarer by {MATTERS:.0%}.",
        sample_size=quality_sample(score),
        wrong_if="More than six of ten requests are asked again, or scores of what passes are lower.",
    )


def _saved(frame: Frame, accounts: Accounts, candidate: Candidate) -> Daily:
    present, priced = frame.usd_per_request[accounts], frame["cost_known"][accounts]
    cheap = (candidate.usd_at_worst, candidate.usd, candidate.usd_at_best)
    low, expected, high = (
        np.clip(present * (1 - again) - usd, 0, None) * priced for again, usd in zip(ESCALATED, cheap, strict=True)
    )
    return Daily(low=low, expected=expected, high=high)
