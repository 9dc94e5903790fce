"""Who changed what: findings, the fitted table, and how sure that makes us."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import get_args

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.kinds import BESIDE_LENGTH, FACTS, FAMILY, NEEDS
from coagent.confirm.cause.likelihood_table import START, WEIGHTS
from coagent.domain.shift import Cause, CauseKind, Family

KINDS: tuple[CauseKind, ...] = get_args(CauseKind)
FACT_CONFIDENCE = 0.99
"""A fact was tested at 1e-4 or follows from three bills; one in a hundred is left for a change beside it."""
RIVAL = 0.2
"""A family with a fifth of the probability is a rival."""


def cause(
    findings: Sequence[Finding], name_confidence: float, notes: Iterable[str] = (), *, paged: bool = False
) -> Cause:
    """The likeliest kind of the likeliest family where that family is sure enough, else unknown. A length alone names
    no new version, but takes back none that has `paged`. `notes` follow the reasons, whatever the cause.
    """
    chances = posterior(findings)
    kind, confidence = named(chances, name_confidence)
    if kind == "silent_version" and not paged and is_lone_length(findings):
        kind, confidence = "unknown", 1 - confidence
    if kind == "unknown":
        return Cause("unknown", "unknown", confidence, [*_undecided(findings, family_chances(chances)), *notes])
    return Cause(FAMILY[kind], kind, confidence, [*reasons(findings, kind, chances), *notes])


def named(chances: Mapping[CauseKind, float], name_confidence: float) -> tuple[CauseKind, float]:
    """The kind and how sure its family is; of unknown, how sure it is that no family is."""
    families = family_chances(chances)
    family = max(families, key=families.__getitem__)
    if family == "unknown" or families[family] < name_confidence:
        return "unknown", 1 - max(chance for one, chance in families.items() if one != "unknown")
    own = (one for one in KINDS if FAMILY[one] == family)
    return max(own, key=lambda one: chances.get(one, 0.0)), families[family]


def is_lone_length(findings: Sequence[Finding]) -> bool:
    """Whether nothing that was found separates a new model from other questions."""
    return not BESIDE_LENGTH & _made(findings)


def posterior(findings: Sequence[Finding]) -> dict[CauseKind, float]:
    """Probability of each possible kind: a fact's where there is one, else multinomial logistic in the strengths."""
    fact = stated(findings)
    if fact is not None:
        return {FACTS[fact.name]: FACT_CONFIDENCE, "unknown": 1 - FACT_CONFIDENCE}
    odds = {kind: exp(START[kind] + sum(weight(one, kind) for one in findings)) for kind in possible(findings)}
    return {kind: value / sum(odds.values()) for kind, value in odds.items()}


def stated(findings: Sequence[Finding]) -> Finding | None:
    """The finding that is a fact about at least half of the requests, the first of FACTS."""
    facts = {one.name: one for one in findings if one.name in FACTS and one.strength >= 0.5}  # noqa: PLR2004 - half
    return next((facts[name] for name in FACTS if name in facts), None)


def possible(findings: Sequence[Finding]) -> list[CauseKind]:
    found = _made(findings)
    return [kind for kind in KINDS if not NEEDS[kind] or NEEDS[kind] & found]


def _made(findings: Sequence[Finding]) -> set[str]:
    return {finding.name for finding in findings if finding.strength > 0}


def family_chances(chances: Mapping[CauseKind, float]) -> dict[Family, float]:
    totals: dict[Family, float] = dict.fromkeys(get_args(Family), 0.0)
    for kind, chance in chances.items():
        totals[FAMILY[kind]] += chance
    return totals


def weight(finding: Finding, kind: CauseKind) -> float:
    return WEIGHTS[finding.name][kind] * finding.strength


def reasons(findings: Sequence[Finding], kind: CauseKind, chances: Mapping[CauseKind, float]) -> list[str]:
    """Evidence for the kind, the strongest first, then evidence against it. Nothing is evidence against a fact, nor is
    a finding against the kind that is possible through it.
    """
    fact = stated(findings)
    if fact is not None:
        return [fact.text, *(one.text for one in findings if one is not fact)]
    backs = {one.name: _support(one, kind, chances) for one in findings}
    ordered = sorted(findings, key=lambda one: -backs[one.name])
    backing = [one.text for one in ordered if backs[one.name] > 0 or one.name in NEEDS[kind]]
    against = [one.text for one in reversed(ordered) if backs[one.name] < 0 and one.name not in NEEDS[kind]]
    return [*backing, *(f"evidence against: {text}" for text in against)]


def _support(finding: Finding, kind: CauseKind, chances: Mapping[CauseKind, float]) -> float:
    """Points for the kind less those for the kinds of other families, as likely as these are."""
    others = {one: chance for one, chance in chances.items() if FAMILY[one] != FAMILY[kind]}
    total = sum(others.values()) or 1.0
    return weight(finding, kind) - sum(chance * weight(finding, one) for one, chance in others.items()) / total


def _undecided(findings: Sequence[Finding], families: Mapping[Family, float]) -> list[str]:
    """Why no cause is named, then all that was found."""
    named = sorted((family for family in families if family != "unknown"), key=lambda one: -families[one])
    first, second = named[:2]
    if families[second] > RIVAL:
        why = f"the evidence points to {first} and to {second} alike"
    else:
        why = "cannot tell a provider change from a change of prompts"
    return [why, *(finding.text for finding in findings)]
