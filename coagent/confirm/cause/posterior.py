"""Who changed what: findings, the table, and how sure that makes us."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import get_args

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.likelihood_table import FAMILY, NEEDS, POINTS, START
from coagent.domain.shift import Cause, CauseKind, Family

KINDS: tuple[CauseKind, ...] = get_args(CauseKind)


def cause(findings: Sequence[Finding], name_confidence: float, remarks: Iterable[str] = ()) -> Cause:
    """The likeliest kind of the likeliest family where that family is sure enough, else unknown.

    `remarks` are told after the reasons, whatever the cause.
    """
    chances = posterior(findings)
    families = family_chances(chances)
    family = max(families, key=families.__getitem__)
    if family == "unknown" or families[family] < name_confidence:
        return Cause("unknown", "unknown", 1 - _best_named(families), [*_undecided(findings, families), *remarks])
    kind = max((one for one in KINDS if FAMILY[one] == family), key=lambda one: chances.get(one, 0.0))
    return Cause(family, kind, families[family], [*reasons(findings, kind), *remarks])


def posterior(findings: Sequence[Finding]) -> dict[CauseKind, float]:
    """Probability of each kind that the findings allow."""
    found = {finding.name for finding in findings}
    possible = [kind for kind in KINDS if not NEEDS[kind] or NEEDS[kind] & found]
    odds = {kind: exp(START.get(kind, 0.0) + sum(points(finding, kind) for finding in findings)) for kind in possible}
    return {kind: value / sum(odds.values()) for kind, value in odds.items()}


def family_chances(chances: Mapping[CauseKind, float]) -> dict[Family, float]:
    totals: dict[Family, float] = dict.fromkeys(get_args(Family), 0.0)
    for kind, chance in chances.items():
        totals[FAMILY[kind]] += chance
    return totals


def points(finding: Finding, kind: CauseKind) -> float:
    return POINTS[finding.name][kind] * finding.strength


def reasons(findings: Sequence[Finding], kind: CauseKind) -> list[str]:
    """What speaks for the kind, strongest first, then what speaks against it."""
    told = sorted(findings, key=lambda finding: -points(finding, kind))
    backing = [finding.text for finding in told if points(finding, kind) > 0]
    against = [f"against it: {finding.text}" for finding in reversed(told) if points(finding, kind) < 0]
    return [*backing, *against]


def _best_named(families: Mapping[Family, float]) -> float:
    return max(chance for family, chance in families.items() if family != "unknown")


def _undecided(findings: Sequence[Finding], families: Mapping[Family, float]) -> list[str]:
    """Why nobody is named, then all that was found."""
    named = sorted((family for family in families if family != "unknown"), key=lambda one: -families[one])
    first, second = named[:2]
    if families[second] > 0.2:  # noqa: PLR2004 - a fifth is a rival
        why = f"the evidence points to {first} and to {second} alike"
    else:
        why = "nothing tells a change at the provider from other questions or prompts"
    return [why, *(finding.text for finding in findings)]
