"""Labelled real telemetry, where it is at hand (COAGENT_CASES)."""

import json
import os
from pathlib import Path

import pytest

from coagent.detect.config import DetectConfig
from coagent.domain.candidate import Candidate
from coagent.domain.signal import BY_NAME
from coagent.steps.detect import DetectStep

from .batches import batches_of, case_columns

CASES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases"))

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not (CASES / "cases.json").exists(), reason=f"no labelled cases in {CASES} (set COAGENT_CASES)"),
]


def raised(name: str) -> list[Candidate]:
    """The last snapshot of each candidate; all tasks of a case in one segment each."""
    segment, columns = case_columns(CASES / f"{name}.jsonl.gz")
    step, state, last = DetectStep(DetectConfig()), None, {}
    for batch in batches_of(columns, [256], segment=segment):
        detected = step(state, batch)
        state = detected.state
        last |= {candidate.id: candidate for candidate in detected.candidates}
    return list(last.values())


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("prime_gpt4_swap", 16),
        ("llmperf_anyscale_7b_to_fireworks_7b", 30),
        ("llmperf_fireworks_70b_to_together_70b", 16),
    ],
)
def test_a_swap_is_found_soon_and_its_onset_is_right(name: str, within: int) -> None:
    change = json.loads((CASES / "cases.json").read_text())[name]["change_at_row"]
    (found,) = raised(name)
    assert 0 <= found.raised.ordinal - change <= within
    assert abs(found.onset.ordinal - change) <= 15


@pytest.mark.parametrize("name", ["prime_gpt4_null", "prime_gpt35_null"])
def test_nothing_is_raised_where_nothing_changed(name: str) -> None:
    assert raised(name) == []


@pytest.mark.parametrize("name", ["azure_conv_null", "azure_mix_blind"])
def test_where_traffic_moved_nothing_of_the_provider_alone_alarms(name: str) -> None:
    for candidate in raised(name):
        alarmed = {evidence.signal for evidence in candidate.evidence if evidence.alarmed}
        assert not {name for name in alarmed if BY_NAME[name].owner == "provider"}
