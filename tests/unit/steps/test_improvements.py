"""What got better is reported as better, pages nobody and invites to accept it: on rows of the labelled cases."""

import gzip
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coagent.confirm.config import ConfirmConfig
from coagent.domain.candidate import Candidate, Sample, SignalEvidence
from coagent.domain.next_steps import ACCEPT_BETTER, BETTER, accept_command, next_steps
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.steps.confirm import ConfirmStep

CASES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases"))
SUSPICIOUS = 16
SIGNALS = {
    "error": lambda row: float(row["status"] != "ok"),
    "duration_s": lambda row: row.get("duration_s"),
    "time_per_output_token_s": lambda row: _ratio(row.get("duration_s"), row.get("output_tokens")),
    "output_tokens": lambda row: row.get("output_tokens"),
    "output_chars_per_token": lambda row: _ratio(row.get("output_chars"), row.get("output_tokens")),
    "input_length": lambda row: row.get("input_chars"),
}
Rows = list[dict[str, Any]]

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not (CASES / "cases.json").exists(), reason=f"no labelled cases at {CASES}: set COAGENT_CASES to their folder"
    ),
]


def _ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def sample(rows: Rows, signal: str) -> Sample:
    known = np.array([value for row in rows if (value := SIGNALS[signal](row)) is not None], "<f8")
    return Sample(known.tobytes(), np.zeros(len(known), "<u2").tobytes())


def ref(rows: Rows, ordinal: int) -> RowRef:
    row = rows[ordinal]
    return RowRef(ordinal=ordinal, time=datetime.fromisoformat(row["time"]), request_id=row["request_id"])


def candidate(rows: Rows, change: int, alarmed: str, phase: str, fresh: int) -> Candidate:
    """As detect would hand it over: an alarm of one signal, sixteen rows after the change."""
    raised = change + SUSPICIOUS - 1

    def evidence(signal: str) -> SignalEvidence:
        here = signal == alarmed
        return SignalEvidence(
            signal=signal,
            alarmed=ref(rows, raised) if here else None,
            onset=ref(rows, change) if here else None,
            onset_low=change - 3 if here else None,
            onset_high=change + 3 if here else None,
            log10_evidence=7.0 if here else 0.0,
            log10_threshold=6.0,
            block_rows=1,
            before=sample(rows[max(0, change - 256) : change], signal),
            suspicious=sample(rows[change : raised + 1], signal),
            fresh=sample(rows[raised + 1 : raised + 1 + fresh], signal),
            opinions={},
        )

    return Candidate(
        id="improvement",
        sequence=fresh,
        phase=phase,  # type: ignore[arg-type]  # one of the phases
        segment=Segment(rows[0]["provider"], rows[0]["request_model"]),
        onset=ref(rows, change),
        raised=ref(rows, raised),
        now=ref(rows, raised + fresh),
        rows_before=change,
        rows_fresh=fresh,
        categories=["all"],
        evidence=[evidence(signal) for signal in SIGNALS],
        fields=[],
        signal=alarmed,
    )


def rows_of(name: str) -> Rows:
    return [json.loads(line) for line in gzip.decompress((CASES / f"{name}.jsonl.gz").read_bytes()).splitlines()]


@pytest.mark.parametrize(
    ("name", "alarmed"),
    [("prime_gpt35_faster", "time_per_output_token_s"), ("prime_gpt35_faster", "duration_s"),
     ("prime_gpt4_errors_end", "error")],
)  # fmt: skip
def test_it_is_reported_as_better_and_never_pages(name: str, alarmed: str) -> None:
    change = json.loads((CASES / "cases.json").read_text())[name]["change_at_row"]
    rows = rows_of(name)
    confirm, state, reported = ConfirmStep(ConfirmConfig()), None, []
    for fresh in (0, 4, 8, 16, 32, 64, 128, 256):
        phase = "raised" if not fresh else "final" if fresh == 256 else "growing"
        confirmed = confirm(state, candidate(rows, change, alarmed, phase, fresh))
        state, reported = confirmed.state, [*reported, *confirmed.shifts]
        assert confirmed.dismissed == []

    assert [one for one in reported if one.page] == []
    last = reported[-1]
    assert (last.status, last.direction) == ("open", "better")
    assert "not_worse" in last.held_because
    assert (last.cause.family, last.cause.kind) == ("provider", "capacity")
    assert accept_command(last) is not None
    steps = next_steps(last, str)
    assert (steps[0], steps[-1]) == (BETTER, ACCEPT_BETTER)


def test_what_looks_worse_beside_an_improvement_pages_nobody_before_it_alarmed() -> None:
    """An improvement may be false a hundred times as often as a page, and then anything may stand beside it."""
    change, rows = 500, rows_of("prime_gpt4_errors_end")
    slower = [*rows[:change], *(row | {"duration_s": 3 * (row.get("duration_s") or 1.0)} for row in rows[change:])]
    confirm = ConfirmStep(ConfirmConfig())
    found = confirm(None, candidate(slower, change, "error", "final", 256)).shifts

    assert [(one.direction, one.page, "not_worse" in one.held_because) for one in found] == [("mixed", False, True)]
