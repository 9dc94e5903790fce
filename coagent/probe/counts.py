"""Counts of answers as arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Answers = Sequence[Mapping[str, int]]
"""Of one batch: by prompt, how often each answer came. A failed call is no answer."""


def dense(batches: Sequence[Answers]) -> Floats:
    """Batches by prompts by answers; an answer has its place within its prompt by its first appearance.

    >>> dense([[{"It": 3, "I": 1}], [{"A": 2}]]).tolist()
    [[[3.0, 1.0, 0.0]], [[0.0, 0.0, 2.0]]]
    """
    prompts = len(batches[0])
    places: list[dict[str, int]] = [{} for _ in range(prompts)]
    for batch in batches:
        for place, answers in zip(places, batch, strict=True):
            for answer in answers:
                place.setdefault(answer, len(place))
    found = np.zeros((len(batches), prompts, max(map(len, places), default=0) or 1))
    for day, batch in enumerate(batches):
        for prompt, answers in enumerate(batch):
            for answer, count in answers.items():
                found[day, prompt, places[prompt][answer]] = count
    return found


def independent(counts: Floats, concentration: float) -> Floats:
    """Counts scaled to as many independent answers as they are worth, where days differ by a Dirichlet distribution of
    this concentration: calls of one day share its draw (design effect 1 + (n - 1) / (concentration + 1)).
    """
    calls = np.maximum(counts.sum(-1, keepdims=True), 1)
    return np.asarray(counts * (concentration + 1) / (concentration + calls))
