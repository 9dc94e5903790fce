"""An endpoint's answers to border inputs, made up: days differ, temperature drifts, calls fail, a model is replaced."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from coagent.probe.border import border_evidence
from coagent.probe.counts import Answers

ANSWERS = 6


@dataclass(frozen=True)
class World:
    """`concentration` of days, `drift`: deviation of a day's step of the logarithm of temperature, which stays within a
    factor of two; `failing`: share of calls. From day `change_at` on another model gives the share `replaced` of the
    answers: `new` ones, or the `known` ones in other shares.
    """

    concentration: float
    drift: float = 0.0
    failing: float = 0.0
    change_at: int | None = None
    replaced: float = 1.0
    change: Literal["new", "known"] = "new"


def batches(world: World, seed: int, days: int, prompts: int = 20) -> list[Answers]:
    """The reference of 100 calls, then `days` of 10."""
    random = np.random.default_rng(seed)
    model, other = (random.dirichlet(np.full(ANSWERS, 0.4), prompts) for _ in range(2))
    found, log_temperature = [], 0.0
    for day in range(days + 1):
        log_temperature = float(np.clip(0.9 * log_temperature + random.normal(0, world.drift), -0.69, 0.69))
        shares = _shares(world, model ** np.exp(log_temperature), other, day)
        calls = random.binomial(100 if day == 0 else 10, 1 - world.failing, prompts)
        found.append([_answers(world, random, one, many) for one, many in zip(shares, calls, strict=True)])
    return found


def raised_at(world: World, seed: int, days: int, threshold: float, prompts: int = 20) -> int | None:
    """The batch at which the evidence reached the threshold."""
    evidence = border_evidence(batches(world, seed, days, prompts)).log10
    return next((day for day, one in enumerate(evidence, 1) if one >= np.log10(threshold)), None)


def _shares(world: World, model: np.ndarray, other: np.ndarray, day: int) -> np.ndarray:
    model = model / model.sum(-1, keepdims=True)
    share = world.replaced if world.change_at is not None and day >= world.change_at else 0.0
    place = other if world.change == "new" else np.zeros_like(other)
    kept = (1 - share) * model + (share * other if world.change == "known" else 0)
    return np.concatenate([kept, share * place], -1)


def _answers(world: World, random: np.random.Generator, shares: np.ndarray, calls: int) -> dict[str, int]:
    day = random.dirichlet(np.maximum(world.concentration * shares, 1e-6))
    counts = random.multinomial(calls, day / day.sum())
    return {f"answer {place}": int(count) for place, count in enumerate(counts) if count}
