"""How far reviewers agree, beyond what chance would do: Cohen's kappa and Krippendorff's alpha for names.

Sources: Cohen 1960, A coefficient of agreement for nominal scales; Krippendorff 2011, Computing Krippendorff's
alpha-reliability.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from coagent.domain.review import Agreement, CurrentLabel

FEWEST = 10
"""Requests with two labels; of fewer a share says nothing. Convention."""

ByRequest = Mapping[str, Mapping[str, str]]
"""Verdicts by request and reviewer."""


def by_request(labels: Iterable[CurrentLabel]) -> ByRequest:
    """`unsure` is a verdict too: two who are unsure agree."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in labels:
        found[one.request_id][one.by] = one.verdict
    return found


def disagreement(verdicts: ByRequest) -> float | None:
    """Share of pairs of looks at the same request, both sure, that differ; None where fewer than FEWEST requests have
    two.
    """
    sure = [[verdict for verdict in one.values() if verdict != "unsure"] for one in verdicts.values()]
    shares = [_differing(one) for one in sure if len(one) > 1]
    return sum(shares) / len(shares) if len(shares) >= FEWEST else None


def _differing(verdicts: list[str]) -> float:
    pairs = list(combinations(verdicts, 2))
    return sum(first != second for first, second in pairs) / len(pairs)


def agreements(verdicts: ByRequest) -> list[Agreement]:
    """All reviewers together, then each two that labelled the same requests; empty where no two did."""
    reviewers = sorted({name for one in verdicts.values() for name in one})
    twice = [list(one.values()) for one in verdicts.values() if len(one) > 1]
    if not twice:
        return []
    agreed = 1 - sum(map(_differing, twice)) / len(twice)
    together = Agreement(
        measure="krippendorff_alpha",
        reviewer=None,
        other_reviewer=None,
        requests=len(twice),
        agreed_share=agreed,
        value=krippendorff_alpha(twice),
    )
    return [together, *(found for pair in combinations(reviewers, 2) if (found := _of_two(verdicts, *pair)))]


def _of_two(verdicts: ByRequest, one: str, other: str) -> Agreement | None:
    pairs = [(found[one], found[other]) for found in verdicts.values() if one in found and other in found]
    if not pairs:
        return None
    return Agreement(
        measure="cohen_kappa",
        reviewer=one,
        other_reviewer=other,
        requests=len(pairs),
        agreed_share=sum(a == b for a, b in pairs) / len(pairs),
        value=cohen_kappa(pairs),
    )


def cohen_kappa(pairs: list[tuple[str, str]]) -> float | None:
    """(observed - expected) / (1 - expected); None where both only ever said the same one thing."""
    observed = sum(one == other for one, other in pairs) / len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[list[str]]) -> float | None:
    """1 - observed / expected disagreement, of units with two values or more; None where all values are alike."""
    paired = [one for one in units if len(one) > 1]
    totals = Counter(value for one in paired for value in one)
    values = sum(totals.values())
    expected = values**2 - sum(met**2 for met in totals.values())
    if not expected:
        return None
    observed = sum((len(one) ** 2 - sum(met**2 for met in Counter(one).values())) / (len(one) - 1) for one in paired)
    return 1 - (values - 1) * observed / expected
