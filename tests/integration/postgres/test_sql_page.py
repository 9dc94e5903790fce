"""Every query of docs/sql.md runs as the read-only role, on data, and `coagent sql` prints what it finds."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.postgres.decisions import PostgresDecisions
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.probe_store import PostgresProbeStore
from coagent.adapters.postgres.review_store import PostgresReviewStore
from coagent.adapters.postgres.savings import PostgresSavings
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.verdict_store import PostgresVerdictStore
from coagent.domain.decision import OpportunityDecision
from coagent.domain.errors import Fatal
from coagent.domain.probe_state import ProbeState
from coagent.domain.saving import Saving
from coagent.domain.segment import Segment
from coagent.entrypoints.cli.main import app
from coagent.slo.burn_rate import slo_status
from coagent.slo.slo_file import read_slos
from coagent.verdict.figures import verdict_of
from coagent.verdict.state import begun, with_batch
from tests.contract.samples import (
    dead_letter,
    detectors,
    dismissed,
    draft,
    durations,
    insight,
    intake,
    opportunity,
    probe,
    probe_outcome,
    prompts,
    quality_change,
    rollup,
    shift,
    silence,
)
from tests.unit.verdict.batches import mixed, trial

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
    PostgresSilenceStore(postgres_engine).save_silences([silence()])
    telemetry.write_detectors([detectors("error"), detectors("error", segment=MODELS[0].pool)])
    telemetry.write_dead_letters([dead_letter()])
    telemetry.write_intake([intake()])
    insights = PostgresInsightStore(postgres_engine)
    insights.save_opportunities([opportunity()], NOW)
    insights.save_insight(insight(), [], [draft()])
    LongerRollups(postgres_engine).sum_changed()
    _trial(postgres_engine)
    probes = PostgresProbeStore(postgres_engine)
    probes.add(probe(), NOW)
    probes.save_outcome(ProbeState(), probe_outcome(), NOW)
    PostgresReviewStore(postgres_engine).save_quality([], [], [quality_change()])
    _money(postgres_engine)
    return postgres_engine


def _trial(engine: Engine) -> None:
    """One that has counted some requests."""
    one = trial()
    state = begun(one)
    for part in range(3):
        state = with_batch(state, one, mixed(400 * part, 400, part), (str(part), part))
    PostgresVerdictStore(engine).add(verdict_of(one, state))


def _money(engine: Engine) -> None:
    """An SLO that is evaluated, an opportunity that was approved, and what it saved."""
    (slo,) = read_slos(
        "version: 1\nslos:\n  - {name: works, objective: 99, indicator: {success_rate: {}}}", "slos.yaml"
    )
    store = PostgresSloStore(engine)
    store.save([slo_status(slo, store.buckets(slo, NOW), NOW)], [])
    values = {
        "id": "word-1",
        "opportunity_id": "opportunity-1",
        "kind": "approve",
        "by": "ann",
        "via": "cli",
        "at": NOW,
    }
    more = {"until": None, "reason": "", "sequence": 1, "promised_usd": Decimal(30)}
    PostgresDecisions(engine).save(OpportunityDecision(**values, **more))
    PostgresInsightStore(engine).save_opportunities([opportunity(id="opportunity-2")], NOW)
    day = NOW.replace(hour=0, minute=0) - timedelta(days=2)
    usd = {name: Decimal(1) for name in Saving.__struct_fields__ if name.endswith("_usd")}
    counts = {"opportunity_id": "opportunity-1", "requests": 10, "requests_compared": 10}
    row = Saving(**counts, day=day, basis="approved", since=day, **usd)
    PostgresSavings(engine).replace("opportunity-1", [row], day)


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
        ("SELECT nothing FROM shifts", "(?s)nothing.*--describe VIEW"),
        ("SELECT 1 FROM nothing", "`coagent sql` lists the views"),
        ("SELECT 1; SELECT 2", "one query at a time"),
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
    assert run(app, ["sql", query, "--csv"]).stdout.splitlines()[0] == "provider,usd,gone"
    assert run(app, ["sql", query, "--csv"]).stdout.splitlines()[1].startswith("anthropic,0.0740740")
    wide = run(app, ["sql", "SELECT * FROM spend"]).stdout
    assert "row 1 of" in wide
    assert "requests_unpriced" in wide
    assert "savings_ledger" in run(app, ["sql"]).stdout
    described = [
        json.loads(line) for line in run(app, ["sql", "--describe", "insights.spend", "--json"]).stdout.splitlines()
    ]
    assert {one["column"] for one in described} >= {"day", "cost_usd"}
    assert all(one["meaning"] for one in described)
    assert "there is no view" in str(run(app, ["sql", "--describe", "nosuch"]).exception)
    assert run(app, ["scorecard", "--csv"]).stdout.startswith("provider,request_model,task")
    card = run(app, ["scorecard"]).stdout
    assert "openai/gpt-4" in card
    assert "90 %" in card
    [first, _] = [json.loads(line) for line in run(app, ["scorecard", "--json"]).stdout.splitlines()]
    assert first["duration_p95_s"] == pytest.approx(3, rel=0.02)
