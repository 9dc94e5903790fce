import numpy as np
import pytest

from coagent.domain.review import CurrentLabel
from coagent.review.agreement import agreements, by_request, cohen_kappa, disagreement, krippendorff_alpha
from coagent.review.change import DayRate, compared
from coagent.review.estimate import estimate, whole


def test_cohens_kappa_is_that_of_the_textbook() -> None:
    """Of 50 grants: 20 yes by both, 15 no by both, 5 and 10 that differ: 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([("y", "y")] * 5) is None


def test_krippendorffs_alpha_is_that_of_the_paper() -> None:
    """Binary data of section A: ten units, 0.095."""
    units = [list(pair) for pair in zip("0100000000", "1110010010", strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha([["a", "a"], ["b"]]) is None


def test_alpha_takes_any_number_of_reviewers_and_gaps() -> None:
    """Section C of the paper: four observers, twelve units, missing values: 0.743."""
    a = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    c = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    units = [[str(v) for v in unit if v is not None] for unit in zip(a, b, c, d, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=5e-4)


def test_a_reviewer_counts_once_a_request_and_doubt_is_no_disagreement() -> None:
    labels = [CurrentLabel(f"r{at}", "ann", "success") for at in range(12)]
    labels += [CurrentLabel(f"r{at}", "bob", "failure" if at < 3 else "success") for at in range(11)]
    labels += [CurrentLabel("r11", "bob", "unsure"), CurrentLabel("r12", "bob", "failure")]
    verdicts = by_request(labels)
    assert disagreement(verdicts) == pytest.approx(3 / 11)
    assert disagreement(by_request(labels[:12])) is None
    together, pair = agreements(verdicts)
    assert (together.requests, pair.requests) == (12, 12)
    assert (pair.reviewer, pair.other_reviewer, pair.agreed_share) == ("ann", "bob", pytest.approx(8 / 12))


def test_a_census_is_certain_and_nothing_is_unknown() -> None:
    found = estimate([whole(4, [1, 1, 0, 1])])
    assert found is not None
    assert (found.rate, found.low, found.high) == (0.75, 0.75, 0.75)
    assert estimate([whole(4, [])]) is None


def test_a_stratum_without_labels_may_hold_anything() -> None:
    known, blind = whole(80, [1.0] * 80), whole(20, [])
    found = estimate([known, blind])
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.8), pytest.approx(1.0))


def test_a_stream_that_never_changes_is_hardly_ever_called_changed() -> None:
    """At most one in a hundred over 120 days, looked at every day; three in 300 is the limit at which it may stand."""
    chance, called, streams = np.random.default_rng(11), 0, 300
    for _ in range(streams):
        days = [_day(chance, 0.9) for _ in range(120)]
        called += any(one and one.change != "none" for one in (compared(days[:at]) for at in range(5, 121, 5)))
    assert called <= 7  # 99.9 % of binomial(300, 0.01) are at most 9


def test_a_stream_that_gets_worse_is_found_and_says_from_what() -> None:
    chance = np.random.default_rng(12)
    days = [_day(chance, 0.95) for _ in range(20)] + [_day(chance, 0.75) for _ in range(10)]
    found = compared(days)
    assert found is not None
    assert found.change == "worse"
    assert found.before.rate == pytest.approx(0.95, abs=0.05)
    assert compared(days[:2]) is None


def _day(chance: np.random.Generator, rate: float, labels: int = 40) -> DayRate:
    found = estimate([whole(10_000, (chance.random(labels) < rate).astype(float).tolist())])
    assert found is not None
    return DayRate(found.rate, found.variance, labels, 10_000)
