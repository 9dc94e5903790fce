"""What is held while a budget burns, and what is not."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from coagent import advise
from coagent.domain.slo import Match
from coagent.policy.rules import STRATEGIES
from coagent.slo.burn_rate import slo_status
from coagent.slo.burns import burns
from coagent.slo.gate import MAY_WORSEN, holds
from tests.contract.samples import opportunity
from tests.unit.ledger.test_realised import APPROVED, known
from tests.unit.slo.test_burns import minutes, slo

HOUR = timedelta(hours=1)


def burn(at, **match: str):
    wanted = replace(slo(), match=Match(**match), indicator="latency", bound=1.0)
    (found,) = burns([slo_status(wanted, minutes(60, 100, 40, at), at)], {}, at)
    return found


@pytest.mark.parametrize(
    ("match", "kind", "held"),
    [
        ({}, "batch_tier", True),
        ({"provider": "openai", "model": "gpt-*", "task": "summary"}, "right_size", True),
        ({"task": "chat"}, "batch_tier", False),
        ({"tenant": "*"}, "batch_tier", False),
        ({}, "repeated_prompts", False),
    ],
)
def test_what_could_worsen_it_where_it_burns(match: dict, kind: str, held: bool):
    one = replace(known("open"), opportunity=opportunity(kind=kind))
    found = holds([burn(APPROVED, **match)], [one])
    assert held == bool(found)
    if held:
        assert found[0].reason == "the error budget of SLO works burns and this change could worsen it"


def test_what_was_approved_before_stays_in_effect_and_what_is_approved_meanwhile_waits():
    one = replace(known(), opportunity=opportunity(kind="batch_tier"))
    assert one.decided is not None
    assert [] == holds([burn(one.decided.at + HOUR)], [one])
    assert 1 == len(holds([burn(one.decided.at - HOUR)], [one]))


def test_every_kind_that_is_named_is_an_advisors() -> None:
    texts = [one.read_text() for one in Path(advise.__file__).parent.glob("*.py")]
    kinds = {kind for text in texts for kind in re.findall(r'^KIND = "(\w+)"', text, re.MULTILINE)}
    assert set(MAY_WORSEN) | set(STRATEGIES) <= kinds
