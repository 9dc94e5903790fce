"""Each cause has steps that can be taken: with names, times, requests and commands of this very shift."""

import pytest

from coagent.domain.next_steps import CATALOGUE, accept_command, explain_command, next_steps
from coagent.domain.segment import ALL, Segment
from coagent.domain.shift import Cause, DeclaredChange
from coagent.domain.vocabulary import CAUSE
from tests.shown_subjects import row, swap


def steps(kind="silent_version", **changes):
    return next_steps(swap(cause=Cause("provider", kind, 0.9, []), **changes), lambda raw: f"<{raw}>")


@pytest.mark.parametrize("kind", sorted(CAUSE))
def test_each_cause_has_steps_and_says_when_to_accept(kind):
    said = steps(kind)
    assert len(said) >= 2
    assert "ccept" in said[-1]
    assert not set("{}") & set(" ".join(said))
    assert all(step.endswith(".") for step in said)


@pytest.mark.parametrize("kind", ["silent_version", "quantization_or_stack", "price"])
def test_the_provider_is_asked_with_time_and_request_ids(kind):
    text = " ".join(steps(kind))
    assert "Ask <openai>" in text
    assert "2026-03-01 14:03:22 UTC" in text
    assert "Quote requests <req-1204> (first affected) and <req-1213> (at the alarm)" in text


def test_what_is_not_known_is_not_quoted():
    text = " ".join(steps(onset=row(1204, None), raised=row(1213, None)))
    assert "equest <" not in text
    assert "None" not in text


def test_one_request_is_quoted_once():
    assert "Quote request <req-1204> (first affected)." in " ".join(steps(raised=row(1204)))


def test_what_got_better_asks_for_nothing_but_a_new_baseline():
    for kind in CATALOGUE:
        assert steps(kind, direction="better")[0] == "No action needed: it got better."
        assert "baseline" in steps(kind, direction="better")[-1]


@pytest.mark.parametrize("status", ["recovered", "accepted"])
def test_what_has_ended_asks_for_nothing(status):
    [only] = steps(status=status)
    assert only.startswith("No action needed.")
    assert accept_command(swap(status=status)) is None


def test_the_commands_name_the_shift():
    assert explain_command(swap()) == "coagent explain 0f3a9c1122334455-1213"
    assert accept_command(swap()) == "coagent accept 0f3a9c1122334455-1213"
    assert accept_command(swap(segment=Segment("openai", "gpt-4", tenant=ALL))) is None


@pytest.mark.parametrize(
    ("declared", "earlier"),
    [
        ([DeclaredChange("response_model", "gpt-4-0314", "gpt-4-0613")], "request <gpt-4-0314> instead"),
        (
            [DeclaredChange("response_model", None, "gpt-4-0613")],
            "request the earlier version by its dated name instead",
        ),
        (
            [DeclaredChange("system_fingerprint", "fp_1", "fp_2")],
            "request the earlier version by its dated name instead",
        ),
        ([], "request the earlier version by its dated name instead"),
    ],
)
def test_a_declared_version_says_which_one_to_pin(declared, earlier):
    assert earlier in " ".join(steps("declared_version", declared=declared))
