"""The table of causes, on findings and on simulated changes."""

from collections import Counter
from typing import get_args

import pytest

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.likelihood_table import FAMILY, NEEDS, POINTS
from coagent.confirm.cause.posterior import cause, posterior
from coagent.confirm.config import ConfirmConfig
from coagent.domain.shift import CauseKind
from coagent.steps.confirm import ConfirmStep

from .worlds import LOOKS, SCENARIOS, Scenario, stream

SURE = ConfirmConfig().name_confidence


def found(*names: str, strength: float = 1.0) -> list[Finding]:
    return [Finding(name, strength, f"{name} moved by 1.5") for name in names]


def judged(*names: str, strength: float = 1.0) -> tuple[str, str]:
    told = cause(found(*names, strength=strength), SURE)
    return told.family, told.kind


@pytest.mark.parametrize(
    ("names", "family", "kind"),
    [
        (["declared", "length", "text"], "provider", "declared_version"),
        (["length", "text", "pace", "logprob"], "provider", "silent_version"),
        (["logprob", "pace"], "provider", "quantization_or_stack"),
        (["first_token", "pace", "answer_still"], "provider", "capacity"),
        (["failure"], "provider", "capacity"),
        (["price", "answer_still"], "provider", "price"),
        (["refusal", "traffic_still"], "provider", "policy"),
        (["truncation", "length", "traffic_still"], "provider", "truncation"),
        (["tokenizer", "traffic", "length"], "provider", "silent_version"),
        (["deploy", "length", "form"], "client", "deploy"),
        (["deploy", "length", "traffic"], "client", "deploy"),
        (["traffic", "length"], "traffic", "traffic_mix"),
        (["traffic"], "traffic", "traffic_mix"),
        (["length"], "unknown", "unknown"),
        (["length", "traffic_still"], "unknown", "unknown"),
        (["deploy", "tokenizer", "length"], "unknown", "unknown"),
        ([], "unknown", "unknown"),
    ],
)
def test_findings_make_a_cause(names, family, kind):
    assert (family, kind) == judged(*names)


def test_weak_evidence_is_unknown():
    assert judged("pace", strength=0.1) == ("unknown", "unknown")


def test_neighbours_make_the_provider_surer():
    alone = cause(found("length", "pace"), SURE).confidence

    assert alone < cause(found("length", "pace", "neighbours"), SURE).confidence


def test_reasons_come_strongest_first_and_with_what_speaks_against():
    told = cause(
        [Finding("pace", 1.0, "slower"), Finding("first_token", 1.0, "later"), Finding("length", 0.2, "longer")], SURE
    )

    assert told.because == ["slower", "later", "against it: longer"]


def test_unknown_says_why_and_what_was_found():
    told = cause(found("length"), SURE, ["mean output tokens +38 %"])

    assert told.because == [
        "nothing tells a change at the provider from other questions or prompts",
        "length moved by 1.5",
        "mean output tokens +38 %",
    ]


def test_the_table_is_whole():
    kinds = set(get_args(CauseKind))

    assert kinds == set(FAMILY) == set(NEEDS)
    assert all(kinds == set(row) for row in POINTS.values())
    assert {name for needed in NEEDS.values() for name in needed} <= set(POINTS)


def test_kinds_without_what_they_need_are_impossible():
    assert set(posterior(found("length"))) == {"silent_version", "unknown"}


def last_family(scenario: Scenario, seed: int, rows_before: int, looks: tuple[int, ...]) -> str:
    """Of the last that was told; unknown where nothing was."""
    step, state, family = ConfirmStep(ConfirmConfig()), None, "unknown"
    for candidate in stream(scenario, seed, rows_before=rows_before, looks=looks):
        confirmed = step(state, candidate)
        state = confirmed.state
        family = confirmed.shifts[-1].cause.family if confirmed.shifts else family
    return family


def tally(seeds: range, looks: tuple[int, ...]) -> Counter[str]:
    """Right, unknown and wrong over all scenarios, with long references and short ones in turn."""
    counts: Counter[str] = Counter()
    for scenario in SCENARIOS:
        for seed in seeds:
            family = last_family(scenario, seed, (1000, 150)[seed % 2], looks)
            counts["right" if family in scenario.families else "unknown" if family == "unknown" else "wrong"] += 1
    return counts


def report(counts: Counter[str]) -> tuple[float, float]:
    right, wrong = (counts[name] / counts.total() for name in ("right", "wrong"))
    print(f"\ncause: right {right:.1%}, wrong {wrong:.1%} of {counts.total()} labelled changes")  # noqa: T201
    return right, wrong


def test_causes_of_labelled_changes():
    right, wrong = report(tally(range(100, 102), (256,)))

    assert right >= 0.85
    assert wrong < 0.05


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_causes_of_many_labelled_changes():
    right, wrong = report(tally(range(400, 412), LOOKS))

    assert right >= 0.85
    assert wrong < 0.03
