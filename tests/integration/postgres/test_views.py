import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Engine, update

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.retention import PostgresRetention
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.tables import rollup_days
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.bootstrap.retention import kept
from coagent.domain.command import Accept
from coagent.domain.segment import OTHER, Segment
from coagent.settings import Settings
from migrations.views import VIEWS
from tests.contract.samples import (
    NOON,
    SEGMENT,
    dead_letter,
    detectors,
    dismissed,
    durations,
    insight,
    intake,
    opportunity,
    prompts,
    rollup,
    row,
    said,
    shift,
    silence,
)

LONG_AGO = NOON - timedelta(days=1000)


@pytest.fixture
def telemetry(postgres_engine: Engine) -> PostgresTelemetryStore:
    return PostgresTelemetryStore(postgres_engine)


@pytest.fixture
def longer(postgres_engine: Engine) -> LongerRollups:
    return LongerRollups(postgres_engine)


@pytest.fixture
def reported(postgres_engine: Engine) -> PostgresInsightStore:
    return PostgresInsightStore(postgres_engine)


@pytest.fixture
def reader(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A login that was granted the read-only role and nothing else."""
    with psycopg.connect(postgres_url) as owner:
        owner.execute("DROP ROLE IF EXISTS analyst")
        owner.execute("CREATE ROLE analyst LOGIN PASSWORD 'secret'")
        owner.execute("GRANT insights_reader TO analyst")
    with psycopg.connect(f"postgresql://analyst:secret@{postgres_url.split('@')[1]}", row_factory=dict_row) as reader:
        yield reader


def one(reader: psycopg.Connection, view: str):
    (row,) = reader.execute(sql.SQL("SELECT * FROM insights.{}").format(sql.Identifier(view))).fetchall()
    return row


def test_every_view_and_every_column_says_what_it_holds(postgres_url: str) -> None:
    comments = """
        SELECT c.relname, obj_description(c.oid), a.attname, col_description(c.oid, a.attnum)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'insights' AND c.relkind = 'v'
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    """
    unit = re.compile(
        r"(text|boolean|timestamp, UTC|JSON|count|rows|share, 0 to 1|ratio|log10|tokens|USD|s|histo)\w*\b"
    )
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute(comments).fetchall()

    assert {view.name for view in VIEWS} == {name for name, *_ in rows}
    assert [] == [
        (view, column) for view, reported, column, comment in rows if not (reported and unit.match(comment or ""))
    ]


def test_the_reader_sees_every_view(reader: psycopg.Connection) -> None:
    for view in VIEWS:
        assert [] == reader.execute(sql.SQL("SELECT * FROM insights.{}").format(sql.Identifier(view.name))).fetchall()


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT * FROM coagent.shifts",
        "SELECT * FROM coagent.outbox",
        "DELETE FROM coagent.dismissals",
        "CREATE TABLE insights.mine ()",
        "CREATE TABLE coagent.mine ()",
        "DROP VIEW insights.shifts",
    ],
)
def test_the_reader_may_do_nothing_else(reader: psycopg.Connection, forbidden: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(forbidden)


def test_a_shift_stands_there_before_and_after_it_is_reported(
    telemetry: PostgresTelemetryStore, reported: PostgresInsightStore, reader: psycopg.Connection
) -> None:
    telemetry.write_shifts([shift()])
    before = one(reader, "shifts")
    assert (before["id"], before["headline"], before["text"]) == ("shift-1", None, None)

    reported.save_insight(insight(), [])

    after = one(reader, "shifts")
    expected = {
        "id": "shift-1",
        "provider": "openai",
        "task": "summary",
        "status": "open",
        "page": True,
        "headline": "openai/gpt-4 answers shorter",
        "text": "Answers fell from 120.5 to 80 tokens.",
        "cause_family": "provider",
        "cause_kind": "silent_version",
        "cause_confidence": 0.8,
        "cause_reasons": ["output_tokens moved", "nothing was declared"],
        "onset_request_id": "request-1000",
        "reported_request_id": "request-1040",
        "reported_at": NOON + timedelta(seconds=1040),
    }
    assert expected == {name: after[name] for name in expected}
    assert after["signals"][0]["effect"] == {"name": "cliffs_delta", "value": -0.4, "low": -0.5, "high": -0.3}


PAGED = "SELECT paged_at FROM insights.shifts ORDER BY id"


def test_only_what_pages_has_a_time_of_its_page(telemetry: PostgresTelemetryStore, reader: psycopg.Connection) -> None:
    telemetry.write_shifts([shift(), shift(id="shift-2", page=False, held_because=["not_worse"])])

    rows = reader.execute("SELECT alarm_at, reported_at, paged_at FROM insights.shifts ORDER BY id").fetchall()

    alarm, reported = NOON + timedelta(seconds=1030), NOON + timedelta(seconds=1040)
    times = {"alarm_at": alarm, "reported_at": reported}
    assert [{**times, "paged_at": reported}, {**times, "paged_at": None}] == rows

    reader.commit()
    telemetry.write_shifts([shift(page=False, held_because=["not_worse"], sequence=99, raised=row(1045))])
    assert [reported, None] == [one["paged_at"] for one in reader.execute(PAGED).fetchall()], "it paged once"


def test_a_backlog_has_no_earlier_gaps(postgres_engine: Engine, reader: psycopg.Connection) -> None:
    lag = silence(id="silence-2", about="coagent", waiting=7, pauses=0, longest_s=0.0)
    PostgresSilenceStore(postgres_engine).save_silences([silence(), lag])

    rows = reader.execute(
        "SELECT earlier_gaps, longest_earlier_gap_s, waiting FROM insights.gaps ORDER BY id"
    ).fetchall()

    assert [(40, 60.0, None), (None, None, 7)] == [tuple(row.values()) for row in rows]


def test_a_shifts_requests_stay_known_when_minutes_are_forgotten(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, reader: psycopg.Connection, postgres_engine: Engine
) -> None:
    telemetry.write_shifts([shift()])
    hours = [NOON + timedelta(hours=hour) for hour in (1, 2, 3)]
    telemetry.write_rollups([rollup(minute=minute) for minute in hours])
    longer.sum_changed()
    whole = one(reader, "shifts")["requests_so_far"]
    assert whole == 3 * rollup().requests
    reader.commit()
    with transaction(postgres_engine) as connection:
        connection.execute(update(rollup_days).values(made_at=LONG_AGO))
    before = {**dict.fromkeys(kept(Settings()), LONG_AGO), "minutes": hours[2] + timedelta(days=1)}
    assert PostgresRetention(postgres_engine).forget(before) == 1
    assert one(reader, "shifts")["requests_so_far"] == whole


def test_the_parts_of_a_minute_are_one_row(telemetry: PostgresTelemetryStore, reader: psycopg.Connection) -> None:
    fast, slow = [0.1] * 50, [9.0] * 50
    first = rollup(part="a", duration=durations(*fast), prompt_sketch=prompts("x", "y"), prompts_known=2)
    late = rollup(part="b", duration=durations(*slow), prompt_sketch=prompts("y", "z"), cost_usd=None)

    telemetry.write_rollups([first])
    assert one(reader, "requests_1m")["duration_p95_s"] == pytest.approx(0.1, rel=0.02)
    telemetry.write_rollups([late])

    row = one(reader, "requests_1m")
    assert (row["requests"], row["input_tokens"], row["refusals"]) == (20, 2000, None)
    assert (row["cost_usd"], row["requests_priced"]) == (Decimal("0.012345678"), 18)
    assert row["duration_p95_s"] == pytest.approx(9.0, rel=0.02)
    assert row["time_to_first_token_p50_s"] is None
    assert row["distinct_prompts"] == pytest.approx(3, abs=0.01)


def test_the_scorecard_weighs_by_what_is_known(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, reader: psycopg.Connection
) -> None:
    minutes = [
        rollup(
            refusals=5,
            cost_usd=Decimal(2),
            cost_known=4,
            cached_input_tokens=500,
            cacheable_input_tokens=1000,
            refusals_known=10,
            fallbacks_known=20,
            finishes_known=10,
        ),
        rollup(minute=NOON + timedelta(minutes=1), cost_usd=None, cost_known=0, cached_input_tokens=None),
        rollup(minute=NOON - timedelta(days=31), requests=1000),
    ]
    telemetry.write_rollups(minutes)
    longer.sum_changed()

    card = one(reader, "model_scorecard")

    expected = {
        "requests": 20,
        "success_rate": 0.9,
        "cost_usd": Decimal(2),
        "cost_usd_per_1k_requests": Decimal(500),
        "cached_input_share": 0.5,
        "truncation_rate": 0.0,
        "refusal_rate": 0.5,
        "fallback_rate": 0.2,
        "duration_p95_s": None,
    }
    assert expected == {name: card[name] for name in expected}


def test_a_model_whose_cost_is_unknown_is_listed_once(
    telemetry: PostgresTelemetryStore, reader: psycopg.Connection
) -> None:
    """However many segments it has, in part or wholly; failed requests cost nothing that could be missed."""
    unknown = {"cost_usd": None, "cost_known": 0}
    tasks = [Segment("openai", "brand-new", task=task) for task in ("summary", "chat")]
    telemetry.write_rollups([rollup(segment=segment, requests=10, errors=1, **unknown) for segment in tasks])
    telemetry.write_rollups([
        rollup(segment=Segment("openai", "priced"), requests=10, errors=2, cost_known=8),
        rollup(segment=Segment("openai", "in-part"), requests=10, errors=2, cost_known=5),
        rollup(segment=Segment("openai", OTHER), requests=4, errors=0, **unknown),
        rollup(segment=Segment("openai", "unreported"), **unknown, input_tokens=None, output_tokens=None),
        rollup(segment=Segment("openai", "in-doubt"), requests=10, errors=2, **unknown, cost_doubtful=8),
        rollup(segment=Segment("openai", "in-doubt-and-new"), requests=10, errors=0, **unknown, cost_doubtful=7),
    ])  # fmt: skip
    found = [
        (row["request_model"], row["requests"]) for row in reader.execute("SELECT * FROM insights.unpriced_models")
    ]
    assert sorted(found) == [(OTHER, 4), ("brand-new", 18), ("in-doubt-and-new", 3), ("in-part", 3)]


def test_list_prices_stand_beside_what_was_billed(
    telemetry: PostgresTelemetryStore, reader: psycopg.Connection
) -> None:
    listed = {"list_cost_usd": Decimal("0.02"), "list_cost_known": 8, "cost_doubtful": 1}
    telemetry.write_rollups([rollup(part="a", **listed), rollup(part="b")])
    row = one(reader, "requests_1m")
    assert (row["cost_usd"], row["list_cost_usd"]) == (Decimal("0.024691356"), Decimal("0.02"))
    assert (row["requests_list_priced"], row["requests_doubtful"]) == (8, 1)


def test_what_nobody_knows_is_null(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, reader: psycopg.Connection
) -> None:
    nothing = dict.fromkeys(("fallbacks", "input_tokens", "output_tokens", "cached_input_tokens", "cost_usd"))
    telemetry.write_rollups([rollup(**nothing, cost_known=0)])
    longer.sum_changed()

    card = one(reader, "model_scorecard")

    unknown = ("cost_usd", "cost_usd_per_1k_requests", "cached_input_share", "refusal_rate", "fallback_rate")
    assert dict.fromkeys(unknown) == {name: card[name] for name in unknown}


def test_rejections_are_counted_with_their_places(
    telemetry: PostgresTelemetryStore, reader: psycopg.Connection
) -> None:
    telemetry.write_dead_letters([dead_letter(offset=3), dead_letter(offset=5, index=2)])
    telemetry.write_dead_letters([dead_letter(offset=4, detail="found a list")])

    row = one(reader, "rejections")

    assert (row["reason"], row["rejected"]) == ("invalid_json", 3)
    assert (row["first_place"], row["last_place"]) == ("llm.telemetry[0]@3#0", "llm.telemetry[0]@4#0")
    assert row["example"] == "found a list"


def test_intake_adds_up_over_runs_and_topics(telemetry: PostgresTelemetryStore, reader: psycopg.Connection) -> None:
    later = NOON + timedelta(minutes=5)
    for _ in range(2):
        telemetry.write_intake([intake(sequence=2), intake(sequence=1), intake(run="run-2", at=later)])

    rows = reader.execute("SELECT * FROM insights.intake ORDER BY kind").fetchall()

    assert [(row["kind"], row["reason"], row["count"]) for row in rows] == [
        ("accepted", "", 30),
        ("read", "", 40),
        ("rejected", "invalid_json", 4),
        ("skipped", "no_spans", 10),
    ]
    rejected, skipped = rows[2:]
    assert (rejected["first_origin"], rejected["last_origin"]) == ("llm.telemetry[0]@3", "llm.telemetry[1]@9")
    assert (rejected["example"], skipped["example"]) == ("nul \N{REPLACEMENT CHARACTER} too", None)
    assert {row["last_at"] for row in rows} == {later}


def test_detectors_show_what_they_promise(telemetry: PostgresTelemetryStore, reader: psycopg.Connection) -> None:
    telemetry.write_detectors([detectors("duration_s")])

    row = one(reader, "detectors")

    expected = {
        "segment_id": SEGMENT.id,
        "provider": "openai",
        "signal": "duration_s",
        "status": "watching",
        "segment_promise_rows": 1e6,
        "promise_rows": 8e6,
        "budget_share": 0.125,
        "log10_evidence_peak": 2.25,
        "reference_rows": 650,
        "caution": 1.5,
        "false_alarms": 1,
        "muted_until": None,
        "requests": 700,
        "updated_at": NOON,
    }
    assert expected == {name: row[name] for name in expected}


@pytest.mark.parametrize(("year", "status"), [(2999, "muted"), (2001, "watching")])
def test_a_detector_is_muted_for_as_long_as_it_is(
    telemetry: PostgresTelemetryStore, reader: psycopg.Connection, year: int, status: str
) -> None:
    detector = msgspec.structs.replace(detectors("error").detectors[0], muted_until=NOON.replace(year=year))
    telemetry.write_detectors([detectors(detectors=[detector])])

    assert status == one(reader, "detectors")["status"]


def test_a_command_shows_who_and_why_and_whether_it_was_refused(
    telemetry: PostgresTelemetryStore, reader: psycopg.Connection
) -> None:
    telemetry.write_commands([said(offset=5)])
    row = one(reader, "commands")
    expected = {
        "kind": "mute",
        "provider": "openai",
        "by": "ann",
        "reason": "planned",
        "muted_until": NOON + timedelta(hours=2),
        "signals": ["duration_s"],
        "refused": None,
    }
    assert expected == {name: row[name] for name in expected}

    telemetry.write_dead_letters([dead_letter(topic="coagent.control.v1", offset=5, reason="unknown_segment")])

    assert one(reader, "commands")["refused"].startswith("unknown_segment: ")


def test_who_accepted_a_shift_stands_beside_it(telemetry: PostgresTelemetryStore, reader: psycopg.Connection) -> None:
    telemetry.write_shifts([shift(status="accepted")])
    assert one(reader, "shifts")["accepted_by"] is None
    accept = Accept(id="a", at=NOON, by="ann", reason="it is better", segment=SEGMENT, shift="shift-1", row=1050)
    telemetry.write_commands([said(accept)])

    row = one(reader, "shifts")

    assert ("ann", "it is better", 1050) == (row["accepted_by"], row["accepted_reason"], row["updated_row"])


def test_dismissals_and_opportunities_stand_there(
    telemetry: PostgresTelemetryStore, reported: PostgresInsightStore, reader: psycopg.Connection
) -> None:
    telemetry.write_dismissals([dismissed()])
    reported.save_opportunities([opportunity()], NOON)
    reported.save_opportunities([opportunity()], NOON + timedelta(hours=1))

    found = one(reader, "opportunities")
    assert (found["monthly_savings_expected_usd"], found["action"]) == (Decimal("100.25"), {"endpoint": "batch"})
    assert (found["found_at"], found["seen_at"]) == (NOON, NOON + timedelta(hours=1))
    assert one(reader, "dismissals")["why"] == "too small to matter"


def test_text_that_postgres_cannot_hold_stops_nothing(
    telemetry: PostgresTelemetryStore, reported: PostgresInsightStore, reader: psycopg.Connection
) -> None:
    odd = Segment("open\0ai", "gpt\0", task="a\\u0000b")
    telemetry.write_rollups([rollup(segment=odd, part="\0")])
    telemetry.write_shifts([shift(segment=SEGMENT)])
    reported.save_insight(insight(text="a\0b", subject={"k\0": ["\0", "\\u0000"]}), [])
    reported.save_opportunities([opportunity(evidence=[{"rate": float("nan")}])], NOON)

    row = one(reader, "requests_1m")
    assert (row["provider"], row["request_model"], row["task"]) == ("open\ufffdai", "gpt\ufffd", "a\\u0000b")
    assert one(reader, "shifts")["text"] == "a\ufffdb"
    assert one(reader, "opportunities")["evidence"] == [{"rate": None}]
