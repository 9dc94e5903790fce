"""The table of causes, on findings and on simulated changes."""

from collections import Counter
from typing import get_args

import pytest

from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.kinds import FAMILY, NEEDS
from coagent.confirm.cause.likelihood_table import START, WEIGHTS
from coagent.confirm.cause.posterior import cause, family_chances, posterior, reasons
from coagent.confirm.cause.signals import GROUPS, STILL
from coagent.confirm.config import ConfirmConfig
from coagent.domain.shift import CauseKind
from coagent.steps.confirm import ConfirmStep

from .worlds import LOOKS, SCENARIOS, Scenario, stream

SURE = ConfirmConfig().name_confidence


def found(*names: str, strength: float = 1.0) -> list[Finding]:
    return [Finding(name, strength, f"{name} moved by 1.5") for name in names]


def named(*names: str, strength: float = 1.0) -> tuple[str, str]:
    told = cause(found(*names, strength=strength), SURE)
    return told.family, told.kind


@pytest.mark.parametrize(
    ("names", "family", "kind"),
    [
        (["declared", "longer", "text"], "provider", "declared_version"),
        (["declared", "price"], "provider", "declared_version"),
        (["price", "answer_still"], "provider", "price"),
        (["price", "tokenizer", "shorter", "faster"], "provider", "price"),
        (["shorter", "text", "logprob", "traffic_still"], "provider", "silent_version"),
        (["first_token_later", "slower", "answer_still", "traffic_still"], "provider", "capacity"),
        (["failure", "traffic_still", "answer_still"], "provider", "capacity"),
        (["refusal", "traffic_still"], "provider", "policy"),
        (["truncation", "shorter", "traffic_still"], "provider", "truncation"),
        (["tokenizer", "traffic_still"], "provider", "silent_version"),
        (["deploy", "longer", "form"], "client", "deploy"),
        (["traffic", "longer"], "traffic", "traffic_mix"),
        (["traffic"], "traffic", "traffic_mix"),
        (["longer"], "unknown", "unknown"),
        ([], "unknown", "unknown"),
    ],
)
def test_findings_make_a_cause(names, family, kind):
    assert (family, kind) == named(*names)


def test_quantized_weights_that_talk_on_are_not_truncation():
    kinds = posterior(found("logprob", "longer", "text", "traffic_still"))

    assert "truncation" not in kinds
    assert max(kinds, key=kinds.__getitem__) in {"quantization_or_stack", "silent_version"}


def test_neighbours_make_the_provider_surer():
    def chance(*names: str) -> float:
        return family_chances(posterior(found(*names)))["provider"]

    assert chance("longer", "traffic_still") < chance("longer", "traffic_still", "neighbours")


def test_evidence_against_comes_last():
    findings = found("refusal", "traffic_still", "neighbours", "shorter", "text")
    chances = posterior(findings)
    told = reasons(findings, "policy", chances)
    against = [text.startswith("evidence against: ") for text in told]

    assert against == sorted(against)
    assert len(told) == len(findings)


def test_a_fact_is_the_first_reason():
    told = cause([*found("slower", "first_token_later"), Finding("price", 1.0, "dearer")], SURE)

    assert (told.kind, told.because[0]) == ("price", "dearer")


def test_unknown_says_why_and_what_was_found():
    told = cause(found("longer"), SURE, ["mean output tokens +38 %"])

    assert told.because == [
        "cannot tell a provider change from a change of prompts",
        "longer moved by 1.5",
        "mean output tokens +38 %",
    ]


def test_the_table_is_whole():
    kinds = set(get_args(CauseKind))

    assert kinds == set(FAMILY) == set(NEEDS) == set(START)
    assert all(kinds == set(row) for row in WEIGHTS.values())
    assert {name for needed in NEEDS.values() for name in needed} <= set(WEIGHTS)
    assert {name for rose, fell, _ in GROUPS for name in (rose, fell)} <= set(WEIGHTS)
    assert {name for name, _, _ in STILL} <= set(WEIGHTS)


def test_kinds_without_what_they_need_are_impossible():
    assert set(posterior(found("longer"))) == {"silent_version", "unknown"}


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

    assert right >= 0.8
    assert wrong < 0.06


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_causes_of_many_labelled_changes():
    """These are not the changes that the table was fitted on. What is named wrongly is another topic that no covariate
    shows: answers of another length and text to requests of the same length look like another model.
    """
    right, wrong = report(tally(range(400, 412), LOOKS))

    assert right >= 0.8
    assert wrong < 0.06
