"""What is said of a trial that ended promises no more than its arms allow."""

from typing import Any

import msgspec
import pytest

from coagent.domain.verdict import Verdict
from coagent.narrate.insights import plain_insight
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import begun
from tests.unit.verdict.batches import END, trial

CONDITION = "chance decides which requests go to which arm"


def undecided(**changed: Any) -> Verdict:
    one = trial(**changed)
    running = verdict_of(one, begun(one))
    return msgspec.structs.replace(running, sequence=1, status="undecided", ended_at=END, reason="its time is over")


@pytest.mark.parametrize(
    ("changed", "is_conditional"),
    [
        ({"opportunity_id": "right-1"}, True),
        ({"opportunity_id": "right-1", "mode": "shadow", "pair_by": "request_id"}, False),
        ({}, False),
    ],
)
def test_a_split_test_of_an_approval_is_as_sure_as_its_arms_are_drawn_by_chance(changed: Any, is_conditional: bool):
    text = plain_insight(undecided(**changed), 1, END).text
    assert (CONDITION in text) == is_conditional
    assert "wrong with a probability of at most 5" in text


def test_undecided_says_until_when():
    text = plain_insight(undecided(), 1, END).text
    assert "Cannot tell by 2026-04-02 00:00:00 UTC whether" in text
