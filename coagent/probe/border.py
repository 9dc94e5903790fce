"""Whether the answers to border inputs are still those of the same model: a Shiryaev-Roberts e-process.

The denominator is the *highest* likelihood that any sharper or flatter shape and any dispersion between days gives to a
day of the same model, so whichever is true, a day's ratio is expected to be at most 1. Summed over the day of the
change, P(evidence reaches A within T batches) is at most T / A, while all batches since the reference are given. Over
the last W of them alone it is computed anew each time: each batch then reaches A with a probability of at most W / A.
Shin, Ramdas and Rinaldo, E-detectors (2024); the inputs: Chauvin et al., token-efficient change detection (2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from coagent.probe.counts import Answers, Floats, dense
from coagent.probe.other_model import REPLACED, SHAPES, other_model
from coagent.probe.same_model import CONCENTRATIONS, same_model

TOGETHER = 2
"""Prompts that may move together on a day: a root of the product over prompts is fair however so many depend on each
other (Hölder).
"""
CHANGED_SHARE = 0.5
"""Of prompts to which another model answers otherwise, before anything is known."""
CALM_DAYS = 4
"""Days behind a fitted dispersion; with fewer, days may differ as much as at all."""
MARGIN = 2.5
"""Days may come that differ so many times more than the worst so far."""
CALM_LOG10 = 0.5
LEAST = float(CONCENTRATIONS[0])
TOO_DISPERSED = 1.0
"""A concentration below this, as a rule: a day says nearly nothing of the next one."""


@dataclass(frozen=True, slots=True)
class BorderEvidence:
    """`log10`: by batch after the reference. `concentrations`: of the calm ones, each day's best."""

    log10: list[float]
    concentrations: list[float]

    @property
    def too_dispersed(self) -> bool:
        """Whether days differ too much to say anything of a change."""
        known = self.concentrations
        return len(known) >= CALM_DAYS and float(np.median(known)) < TOO_DISPERSED


def border_evidence(batches: Sequence[Answers]) -> BorderEvidence:
    """`batches[0]` is the reference. Batches in which most calls failed have to be left out by the caller."""
    process = _Process(dense(batches))
    found = [process.take(day) for day in range(1, len(batches))]
    return BorderEvidence(found, process.calm)


class _Process:
    """Log likelihoods, summed since each day on which a change may have begun."""

    def __init__(self, days: Floats) -> None:
        self._days = days
        size, prompts = len(days), days.shape[1]
        self._unchanged = np.zeros((size, 1, prompts))
        self._changed = np.zeros((size, len(SHAPES) * len(REPLACED), prompts))
        self._same = np.zeros(size)
        self.calm: list[float] = []

    def take(self, day: int) -> float:
        """log10 of the evidence after that day."""
        same = same_model(self._days[:day], self._days[day])
        begun = slice(1, day + 1)
        self._unchanged[begun] += same.typical
        self._changed[begun] += other_model(self._days, day, same)
        self._same[begun] += same.most(self._least())
        found = self._evidence(begun)
        if found < CALM_LOG10:
            self.calm.append(same.best_concentration)
        return found

    def _least(self) -> float:
        """Of concentrations: days differ by no more."""
        return max(LEAST, min(self.calm) / MARGIN) if len(self.calm) >= CALM_DAYS else LEAST

    def _evidence(self, begun: slice) -> float:
        stays = np.log(1 - CHANGED_SHARE) + self._unchanged[begun]
        goes = np.log(CHANGED_SHARE) + self._changed[begun]
        ratios = np.logaddexp(stays, goes).sum(-1) - self._same[begun, None]
        ways = len(SHAPES) * len(REPLACED)
        return float((logsumexp(ratios / TOGETHER) - np.log(ways)) / np.log(10))
