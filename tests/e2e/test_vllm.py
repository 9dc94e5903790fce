"""A real vLLM with a small real model behind `coagent up --demo --model`: what is published are rendered claims, and
what the model answered is kept, refused answers with their reasons.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Shift
from coagent.domain.vocabulary import CAUSE
from coagent.entrypoints.running import find_running
from tests.e2e.running_up import RunningUp
from tests.shown_subjects import ONSET, saving, swap

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.timeout(1200),
    pytest.mark.skipif("COAGENT_VLLM_HOME" not in os.environ, reason="no vLLM: run `make test-vllm`"),
]
DEMO_S, ANSWERS_S = 900.0, 600.0
"""On two cores that do other things too; alone it takes a third."""
PATIENCE = {
    "COAGENT_MODEL__TIMEOUT_S": "480",
    "COAGENT_AGENT__REWRITE_S": "500",
    "COAGENT_AGENT__CLAIM_S": "600",
}
"""An answer has some 450 tokens, of which two busy cores write 3 to 12 a second."""
FIRST_ACCEPTED = 0.95


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    home = Path(os.environ["COAGENT_VLLM_HOME"])
    settings = {"COAGENT_MODEL__VLLM_PYTHON": str(home / "bin" / "python"), **PATIENCE}
    model = str(home / "smollm2-135m-instruct")
    running = RunningUp(tmp_path_factory.mktemp("vllm"), "--demo", "--model", model, **settings)
    yield running
    running.end()


def subjects() -> list[Shift]:
    """Two for each cause, with names of their own."""
    return [
        swap(
            id=f"v-{kind}-{each}",
            segment=Segment("openai", f"gpt-{place}", endpoint="api.openai.com", task="summary" if each else None),
            cause=Cause("provider", kind, 0.5 + place / 25, swap().cause.because[: 1 + each]),
            status="recovered" if each else "open",
            page=not each,
        )
        for place, kind in enumerate(CAUSE)
        for each in range(2)
    ]


def test_the_demo_keeps_its_promises_and_the_models_answer_is_kept(up: RunningUp) -> None:
    up.wait_for("Ctrl-C stops everything", DEMO_S)
    assert not [line for line in up.lines if "✘" in line]
    assert [line for line in up.lines if "✔ the model's answer was judged" in line]
    assert [(True,)] == up.sql("SELECT count(*) >= 1 FROM insights.drafts")
    assert "model" in up.call("status").stdout


def test_first_answers_are_accepted_and_refused_ones_kept_with_their_reasons(up: RunningUp) -> None:
    url = _url(up)
    PostgresTelemetryStore(make_engine(url)).write_shifts(subjects())
    opportunities = [saving(id=f"o-{each}") for each in range(4)]
    PostgresInsightStore(make_engine(url)).save_opportunities(opportunities, ONSET)
    wanted = len(subjects()) + len(opportunities)
    judged = "SELECT count(DISTINCT subject_id) FROM insights.drafts WHERE subject_id ~ '^(v|o)-'"
    up.until(lambda: up.sql(judged) == [(wanted,)], ANSWERS_S, f"{wanted} subjects judged: {up.sql(judged)}")

    firsts = up.sql("SELECT subject_id, accepted, problems, answer FROM insights.drafts WHERE number = 1")
    assert len(firsts) >= 20
    refused = [one for one in firsts if not one[1]]
    assert len(refused) <= (1 - FIRST_ACCEPTED) * len(firsts), refused
    assert [] == up.sql("SELECT answer FROM insights.drafts WHERE accepted <> (problems = '[]'::jsonb)")


def _url(up: RunningUp) -> str:
    running = find_running(up.data_dir)
    assert running is not None
    return running.environment["COAGENT_POSTGRES__URL"]
