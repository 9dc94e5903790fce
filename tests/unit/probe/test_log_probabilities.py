"""Log-probabilities: windows of a day compared."""

import numpy as np
import pytest

from coagent.probe.log_probabilities import LEARNED, Looks, window_evidence


def windows(seed: int, days: int, change_at: int | None = None, moved: float = 0.6) -> list[list[Looks]]:
    random = np.random.default_rng(seed)
    base = [{f"answer {place}": -0.3 * place for place in range(20)}] * 2
    found = []
    for day in range(days):
        of_day = random.normal(0, 0.05, 20)
        shift = moved if change_at is not None and day >= change_at else 0.0
        found.append([[_look(random, one, of_day, shift) for one in base] for _ in range(24)])
    return found


def _look(random: np.random.Generator, base: dict[str, float], of_day: np.ndarray, shift: float) -> dict[str, float]:
    noise = of_day + random.normal(0, 0.05, 20) + shift * (-1.0) ** np.arange(20)
    return {name: value + noise[place] for place, (name, value) in enumerate(base.items())}


def test_a_change_is_found_in_its_first_window():
    for seed in range(10):
        evidence = window_evidence(windows(seed, 12, change_at=10))
        assert max(evidence[: 10 - LEARNED]) < 2
        assert evidence[10 - LEARNED] > np.log10(300)


def test_nothing_is_found_where_days_only_differ():
    raised = [max(window_evidence(windows(seed, 12))) >= np.log10(100) for seed in range(100, 200)]
    assert sum(raised) <= len(raised) * 12 / 100


@pytest.mark.parametrize("days", [1, LEARNED])
def test_few_days_say_nothing(days: int):
    assert window_evidence(windows(1, days)) == []


def test_an_answer_outside_the_top_is_as_likely_as_the_last_of_them():
    known = windows(5, 6)
    dropped = [[[dict(list(top.items())[:-1]) for top in look] for look in window] for window in known]
    assert len(window_evidence(dropped)) == len(window_evidence(known))
