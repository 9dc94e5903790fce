"""What an approved opportunity is tried by."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from coagent.domain.decision import KnownOpportunity, OpportunityDecision
from coagent.domain.segment import Segment
from coagent.domain.verdict import Arms
from coagent.verdict.opportunity_trial import opportunity_trial
from tests.contract.samples import NOON, opportunity

BIG = Segment("openai", "gpt-5", task="summary")


def known(path: str, value: Any, status: str = "approved") -> KnownOpportunity:
    found = opportunity(id="right-1", segment=BIG, action={"patch": [{"op": "add", "path": path, "value": value}]})
    decided = OpportunityDecision(
        id="word",
        opportunity_id="right-1",
        kind="approve",
        by="ann",
        via="cli",
        at=NOON,
        until=None,
        reason="",
        sequence=1,
        promised_usd=Decimal(1),
    )
    return KnownOpportunity(opportunity=found, sequence=1, status=status, found_at=NOON, decided=decided)  # type: ignore[arg-type]


def test_a_move_to_another_model_is_a_split_test_that_has_to_be_no_dearer():
    trial = opportunity_trial(known("/model", "gpt-5-mini"))
    assert trial is not None
    assert (trial.mode, trial.pair_by) == ("split", None)
    assert trial.arms == Arms(field="model", control="gpt-5", candidate="gpt-5-mini")
    assert trial.match.given == {"task": "summary"}
    assert [(one.metric, one.margin) for one in trial.margins] == [("success", 0.02), ("cost", 0.0), ("latency", 0.2)]
    assert (trial.since, trial.started_by, trial.opportunity_id) == (NOON, "ann", "right-1")
    assert trial.ends_at - trial.since == timedelta(days=30)


def test_copies_are_a_shadow_test_of_quality_too():
    trial = opportunity_trial(known("/shadow", {"provider": "openai", "model": "gpt-5-mini", "share": 0.1}))
    assert trial is not None
    assert (trial.mode, trial.pair_by) == ("shadow", "request_id")
    assert trial.arms.candidate == "gpt-5-mini"
    assert "quality" in {one.metric for one in trial.margins}


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("/model", "gpt-5-mini", "rejected"),
        ("/model", "gpt-5-mini", "held"),
        ("/model", "gpt-5", "approved"),
        ("/shadow", {"reasoning_effort": "low"}, "approved"),
        ("/service_tier", "batch", "approved"),
    ],
)
def test_what_is_not_approved_or_leaves_both_arms_alike_has_no_trial(path: str, value: Any, status: str):
    assert opportunity_trial(known(path, value, status)) is None


def test_the_same_decision_is_the_same_trial():
    assert opportunity_trial(known("/model", "gpt-5-mini")) == opportunity_trial(known("/model", "gpt-5-mini"))
