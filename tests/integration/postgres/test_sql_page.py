"""Every query of docs/sql.md runs as the read-only role, on data, and `coagent sql` prints what it finds."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.entrypoints.cli.main import app
from tests.contract.samples import (
    dead_letter,
    detectors,
    dismissed,
    durations,
    intake,
    opportunity,
    prompts,
    rollup,
    shift,
)

PAGE = (Path(__file__).parents[3] / "docs" / "sql.md").read_text()
QUERIES = re.findall(r"^([^\n]+\?)\n\n```sql\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
MODELS = [Segment("openai", "gpt-4", task="summary", tenant="acme"), Segment("anthropic", "claude")]


@pytest.fixture
def filled(postgres_engine: Engine) -> Engine:
    telemetry = PostgresTelemetryStore(postgres_engine)
    telemetry.write_rollups([
        rollup(
            segment=segment, minute=NOON - timedelta(minutes=minute), duration=durations(1, 2, 3),
            time_to_first_token=durations(0.1), prompt_sketch=prompts("a"), prompts_known=9, list_cost_known=9,
        )
        for segment in MODELS for NOON in (NOW, NOW - timedelta(days=7)) for minute in range(3)
    ])  # fmt: skip
    telemetry.write_shifts([shift()])
    telemetry.write_dismissals([dismissed()])
    telemetry.write_detectors([detectors("error")])
    telemetry.write_dead_letters([dead_letter()])
    telemetry.write_intake([intake()])
    PostgresInsightStore(postgres_engine).save_opportunities([opportunity()], NOW)
    LongerRollups(postgres_engine).sum_changed(NOW - timedelta(days=90))
    return postgres_engine


def test_there_are_two_dozen_questions() -> None:
    assert len(QUERIES) >= 24


@pytest.mark.parametrize(("question", "query"), QUERIES, ids=[question for question, _ in QUERIES])
def test_a_question_is_answered(filled: Engine, question: str, query: str) -> None:
    answer = SqlReader(filled).ask(query)
    seldom = ("lack a price", "jump against", "changes most often")
    assert answer.rows or any(words in question for words in seldom)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM coagent.shifts", "permission denied"),
        ("DELETE FROM shifts", "cannot be run"),
        ("SELEC 1", "syntax error"),
        ("SELECT 1; SELECT 2", "cannot be run"),
        ("COMMIT; SELECT 1", "cannot be run"),
        ("COMMIT", "cannot be run|no rows"),
        ("SET ROLE NONE", "no rows"),
        ("SELECT nothing FROM shifts", "nothing"),
        ("SELECT set_config('role', 'none', false), count(*) FROM coagent.outbox", "permission denied"),
    ],
)
def test_what_is_no_question_is_said(filled: Engine, query: str, words: str) -> None:
    with pytest.raises(Fatal, match=words):
        SqlReader(filled).ask(query)


def test_the_commands_print_tables_and_rows(filled: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    run = CliRunner().invoke
    query = "SELECT provider, sum(cost_usd) AS usd, NULL AS gone FROM spend GROUP BY 1 ORDER BY 1"
    rows = [json.loads(line) for line in run(app, ["sql", query, "--json"]).stdout.splitlines()]
    assert [(row["provider"], round(row["usd"], 6), row["gone"]) for row in rows] == [
        ("anthropic", 0.074074, None),
        ("openai", 0.074074, None),
    ]
    assert "anthropic  0.0740741" in run(app, ["sql", query]).stdout
    card = run(app, ["scorecard"]).stdout
    assert "openai/gpt-4" in card
    assert "90 %" in card
    [first, _] = [json.loads(line) for line in run(app, ["scorecard", "--json"]).stdout.splitlines()]
    assert first["duration_p95_s"] == pytest.approx(3, rel=0.02)
