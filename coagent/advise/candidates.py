"""Cheaper models that the company uses already, and what a task's request costs there.

The same tokens are never priced at another model's price: models answer at other lengths. Where the candidate serves
the task, its own requests say what it costs; else its lengths beside this model's on tasks that both serve; where there
are none, the range is wide and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coagent.advise.billed_prices import billed_share
from coagent.advise.frame import Accounts, Floats, Frame, divided, model_of
from coagent.domain.segment import Segment

LEAST_REQUESTS = 200
"""Of a candidate, to know its lengths and scores."""
WORSE_BY = 0.02
"""A candidate whose mean score on the task is lower by more is none."""
ON_THE_TASK, ON_OTHER_TASKS, UNMEASURED = (0.9, 1.15), (0.7, 1.4), (0.5, 2.0)
"""Factors on the candidate's cost at best and at worst: requests of one task differ between tenants; a ratio of lengths
between tasks; two models' lengths without any measurement, as public comparisons spread.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """US dollars a request; `score` is its mean quality score on the task, NaN where none is measured."""

    model: Segment
    usd: float
    usd_at_best: float
    usd_at_worst: float
    basis: str
    score: float
    measured: bool
    """Whether its lengths are known from this company's own traffic."""


@dataclass(frozen=True, slots=True)
class Models:
    """Every model's requests, tokens and cost, by account; shape (accounts,) each."""

    frame: Frame
    requests: Floats
    usd: Floats
    sent: Floats
    answered: Floats
    score: Floats
    billed: Floats

    @classmethod
    def of(cls, frame: Frame) -> "Models":
        usd = divided(np.nan_to_num(frame["cost_usd"]).sum(axis=1), frame["cost_known"].sum(axis=1))
        sent, answered = (frame.per_request(name) for name in ("input_tokens", "output_tokens"))
        score = frame.share("quality_score", "quality_scores_known")
        return cls(frame, frame.total("requests"), usd, sent, answered, score, billed_share(frame))

    def on_task(self, accounts: Accounts) -> Iterator[Candidate]:
        """Other models that serve the accounts' task, measured there; none that is measured to be worse."""
        task = self.frame.segments[accounts[0]].task
        others = [one for one in self._usable() if self.frame.segments[one].task == task]
        for model, some in self._others(others, accounts):
            usd, score = self._mean(self.usd, some), self._mean(self.score, some)
            if not score < self._mean(self.score, accounts) - WORSE_BY:
                best, worst = (usd * factor for factor in ON_THE_TASK)
                yield Candidate(model, usd, best, worst, "its own requests of this task", score, measured=True)

    def elsewhere(self, accounts: Accounts) -> Iterator[Candidate]:
        """Other models of the same provider, at list price as billed and lengths measured on other tasks."""
        own = self.frame.segments[accounts[0]]
        others = [one for one in self._usable() if self.frame.segments[one].provider == own.provider]
        for model, some in self._others(others, accounts):
            price = self.frame.prices(model.provider, model.request_model)
            if price is None or any(self.frame.segments[one].task == own.task for one in some):
                continue
            ratio = self._length_ratio(model_of(own), model)
            sent, answered = self._mean(self.sent, accounts), self._mean(self.answered, accounts)
            usd = price.cost(sent, answered * (ratio or 1)) * self._mean(self.billed, some)
            best, worst = (usd * factor for factor in (ON_OTHER_TASKS if ratio else UNMEASURED))
            basis = (
                f"lengths on tasks that both serve ({ratio:.2f} times the tokens out)" if ratio else "no measurement"
            )
            yield Candidate(model, usd, best, worst, basis, float("nan"), measured=ratio is not None)

    def _usable(self) -> list[int]:
        known = (self.requests >= LEAST_REQUESTS) & np.isfinite(self.usd) & np.isfinite(self.answered)
        return np.flatnonzero(known).tolist()

    def _others(self, usable: list[int], accounts: Accounts) -> Iterator[tuple[Segment, Accounts]]:
        own = model_of(self.frame.segments[accounts[0]])
        kept = [one for one in usable if model_of(self.frame.segments[one]) != own]
        yield from self.frame.groups(np.array(kept, np.intp), model_of)

    def _mean(self, values: Floats, accounts: Accounts) -> float:
        """Weighted by requests, over those that know it."""
        known = accounts[np.isfinite(values[accounts])]
        return float(np.average(values[known], weights=self.requests[known])) if len(known) else float("nan")

    def _length_ratio(self, own: Segment, other: Segment) -> float | None:
        """Median over the tasks that both serve of tokens out a request, other by own; None where there is none."""
        tasks: dict[str | None, dict[Segment, list[int]]] = {}
        for one in self._usable():
            segment = self.frame.segments[one]
            if segment.task is not None and model_of(segment) in {own, other}:
                tasks.setdefault(segment.task, {}).setdefault(model_of(segment), []).append(one)
        ratios = [
            self._mean(self.answered, np.array(held[other])) / self._mean(self.answered, np.array(held[own]))
            for held in tasks.values()
            if len(held) > 1 and self._mean(self.answered, np.array(held[own])) > 0
        ]
        return float(np.median(ratios)) if ratios else None
