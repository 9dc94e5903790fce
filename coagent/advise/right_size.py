"""A smaller model for a task that looks simple."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.advise.candidates import Candidate, Models
from coagent.advise.complexity import LOW, Complexity, complexity
from coagent.advise.frame import Accounts, Frame, mean_of_known, model_of, task_of
from coagent.advise.proposal import Daily, Proposal
from coagent.advise.sample_size import MATTERS, quality_sample
from coagent.domain.segment import Segment

KIND = "right_size"
SMALL_USD_A_TOKEN = 1e-6
"""Tokens in at 1 USD a million or less are a small model's already: below it little is left to save."""
AT_MOST = 0.6
"""Of the present cost a request: less of a saving is not worth a test of quality."""
PASSES = (0.4, 0.8, 1.0)
"""Share of the requests that pass the test of quality and move."""

Group = tuple[Accounts, Candidate]


def right_size(frame: Frame) -> Iterator[Proposal]:
    """Accounts of low complexity on a model that is not small, where the company uses a cheaper one: that which was
    measured on the task, else the provider's next cheaper. A candidate is one decision for all tasks.
    """
    matrix, models = complexity(frame), Models.of(frame)
    found: dict[tuple[Segment, Segment], list[Group]] = defaultdict(list)
    for task, accounts in frame.groups(np.flatnonzero((matrix.overall == LOW) & _is_large(frame)), task_of):
        candidate = _candidate(models, accounts)
        if candidate and task.task is not None:
            found[model_of(task), candidate.model].append((accounts, candidate))
    for (model, _), groups in found.items():
        yield _proposal(frame, model, groups, matrix)


def _is_large(frame: Frame) -> NDArray[np.bool_]:
    return np.array([bool(one and one.input > SMALL_USD_A_TOKEN) for one in frame.unit_prices], bool)


def _candidate(models: Models, accounts: Accounts) -> Candidate | None:
    most = AT_MOST * mean_of_known(models.usd[accounts])
    measured = [one for one in models.on_task(accounts) if one.usd <= most]
    if measured:
        return min(measured, key=lambda one: (one.usd, one.model))
    others = [one for one in models.elsewhere(accounts) if one.usd <= most]
    return max(others, key=lambda one: (one.measured, one.usd, one.model), default=None)


def _proposal(frame: Frame, model: Segment, groups: list[Group], matrix: Complexity) -> Proposal:
    accounts = np.concatenate([some for some, _ in groups])
    candidates = [candidate for some, candidate in groups for _ in some]
    target = candidates[0].model
    tested = all(np.isfinite(one.score) for one in candidates)
    scores = frame.share("quality_score", "quality_scores_known")[accounts]
    return Proposal(
        kind=KIND,
        subject=model,
        target=target.label,
        accounts=accounts,
        daily=saved(frame, accounts, candidates, PASSES),
        title=f"{'Canary' if tested else 'Shadow-test'} {target.request_model} for {len(groups)} simple "
        f"{'task' if len(groups) == 1 else 'tasks'}",
        assumptions=[
            "40 % (low), 80 % (expected) or all (high) of the requests pass the test of quality and move.",
            *sorted({f"The candidate's cost a request rests on {one.basis}." for one in candidates}),
            "Quality scores of both were measured on the task."
            if tested
            else "Equal quality is not measured anywhere.",
        ],
        evidence=[
            {**matrix.row(frame, int(one)), **_cost_row(frame, int(one), candidate)}
            for one, candidate in zip(accounts, candidates, strict=True)
        ],
        change=(
            "/model" if tested else "/shadow",
            {"provider": target.provider, "model": target.request_model, "share": 0.1},
        ),
        effort="medium",
        risk="The smaller model may answer worse: telemetry shows that the task looks simple, not that it is.",
        validation=f"Send the same requests to both, show nobody the candidate's answers, score both; act only where "
        f"good answers are not rarer by {MATTERS:.0%}.",
        sample_size=quality_sample(mean_of_known(scores)),
        wrong_if="Scores are lower, or the candidate answers so much longer that a request costs as much.",
    )


def saved(frame: Frame, accounts: Accounts, candidates: list[Candidate], shares: tuple[float, float, float]) -> Daily:
    """What moving saves a day, at the candidate's cost a request."""
    present, priced = frame.usd_per_request[accounts], frame["cost_known"][accounts]
    low, expected, high = (
        share * np.clip(present - np.array([[getattr(one, name)] for one in candidates]), 0, None) * priced
        for share, name in zip(shares, ("usd_at_worst", "usd", "usd_at_best"), strict=True)
    )
    return Daily(low=low, expected=np.clip(expected, low, None), high=np.maximum(high, np.maximum(expected, low)))


def _cost_row(frame: Frame, account: int, candidate: Candidate) -> dict[str, object]:
    usd = frame.spend[account].sum() / max(frame["cost_known"][account].sum(), 1)
    return {
        "usd_per_request": round(float(usd), 8),
        "candidate_usd_per_request": round(candidate.usd, 8),
        "candidate_score": None if np.isnan(candidate.score) else round(candidate.score, 4),
    }
