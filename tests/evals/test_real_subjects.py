"""Real changes, put into words both ways: whole by code, and arranged by ids. Read them with `-s`."""

import os
from pathlib import Path

import pytest

from coagent.adapters.files import LogFiles
from coagent.bench.sections.cases import labels_of
from coagent.bootstrap.detection import confirm_step, streams_in_memory
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.domain.shift import Shift
from coagent.narrate import check
from coagent.narrate.insights import plain_insight
from coagent.narrate.investigation import material_of
from coagent.narrate.render import text_of
from coagent.settings import Settings
from coagent.steps.analyze import LOG, analyze
from tests.list_prices import LIST_PRICES
from tests.narration import good_answer

CASES = Path(os.environ.get("COAGENT_CASES", "../shared/data/cases"))
AT_S = 1_800_000_000.0
MOST = 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CASES / "cases.json").exists(), reason=f"no labelled cases at {CASES}"),
]


def shifts_of(path: Path) -> list[Shift]:
    """The newest version of each shift of a file."""
    settings, found = Settings(), {}
    confirm = confirm_step(settings)

    def confirmed_of(state, candidate):
        confirmed = confirm(state, candidate)
        found.update({shift.id: shift for shift in confirmed.shifts})
        return confirmed

    ingest = settings.ingest.model_copy(update={"formats": {LOG.topic: "auto"}})
    step = analysis_ingest_step(settings.model_copy(update={"ingest": ingest}))
    analyze(
        LogFiles([path]),
        ingest=step,
        streams=streams_in_memory(settings),
        confirm=confirmed_of,
        prices=LIST_PRICES,
        at_s=AT_S,
    )
    return list(found.values())


def subjects() -> list[Shift]:
    names = [
        name for name, label in sorted(labels_of(CASES).items()) if label.expect in ("shift", "hard", "improvement")
    ]
    found: list[Shift] = []
    for name in names:
        found += shifts_of(CASES / f"{name}.jsonl.gz")[:1]
        if len(found) == MOST:
            break
    return found


def test_real_subjects_are_said_whole_and_arranged_without_a_fault():
    shifts = subjects()
    assert len(shifts) == MOST
    for shift in shifts:
        plain, material = plain_insight(shift, 1, shift.raised.time), material_of(shift)
        arrangement = check.read(good_answer(shift))
        assert [] == check.problems(arrangement, material.claims)
        arranged = text_of(arrangement, material.claims, material.facts)
        print(f"\n{'=' * 80}\n{plain.title}\n\n{plain.text}\n\n{'-' * 80}\n{arranged}")  # noqa: T201  to be read by people
        assert len(arranged) < len(plain.text)
