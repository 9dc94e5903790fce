"""What people on call read: figures that go on, decisions with their outcome, moments in order."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.postgres.decision_reader import PostgresDecisionReader
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.shift_reader import PostgresShiftReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.command import Accept, Mute, Unmute
from coagent.domain.errors import Unacceptable
from coagent.domain.rejected import DeadLetter
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.domain.topics import CONTROL
from coagent.entrypoints.cli.main import app
from tests.contract.samples import NOON, detectors, insight, rollup, row, said, shift

MINUTE = timedelta(minutes=1)
STREAM = Segment("openai", "gpt-4")
CHAT, SUMMARY = (Segment("openai", "gpt-4", task=task, tenant="acme") for task in ("chat", "summary"))
ONSET_MINUTE = NOON + 16 * MINUTE
NOW = datetime.now(UTC)


@pytest.fixture
def store(postgres_engine: Engine) -> PostgresTelemetryStore:
    return PostgresTelemetryStore(postgres_engine)


@pytest.fixture
def run(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)

    def call(*arguments: str, width: int = 140) -> tuple[int, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        ended = CliRunner().invoke(app, arguments)
        return ended.exit_code, ended.output if ended.exception is None else f"{ended.output}{ended.exception}"

    return call


def of_stream(**changes: Any) -> Shift:
    return shift(segment=STREAM, **changes)


def command(kind: type, name: str, at: datetime, segment: Segment = STREAM, **more: Any) -> Any:
    return said(kind(id=name, at=at, by="ann", reason="planned", segment=segment, **more), offset=hash(name) % 10**9)


def test_the_figures_of_an_open_shift_go_on_with_its_streams_requests(
    store: PostgresTelemetryStore, postgres_engine: Engine
) -> None:
    store.write_shifts([of_stream()])
    store.write_rollups(
        [
            rollup(segment=CHAT, minute=ONSET_MINUTE - MINUTE, requests=1000),  # before it
            rollup(segment=CHAT, minute=ONSET_MINUTE, requests=5, cost_usd=Decimal("0.5"), cost_known=5),
            rollup(segment=SUMMARY, minute=ONSET_MINUTE + 3 * MINUTE, requests=7, cost_usd=None, cost_known=0),
            rollup(segment=Segment("openai", "gpt-4o"), minute=ONSET_MINUTE, requests=100),  # another stream
            rollup(segment=CHAT, minute=NOW + timedelta(days=1), requests=100),  # a clock ahead
        ]
    )
    reader = PostgresShiftReader(postgres_engine)
    [line] = reader.listed(9, only_open=True)
    progress = line.progress
    assert (progress.requests, progress.cost_usd, progress.priced) == (12, Decimal("0.5"), 5)
    assert (progress.last_seen, progress.ended_at) == (ONSET_MINUTE + 3 * MINUTE, None)

    store.write_shifts([of_stream(sequence=2, status="recovered", updated=row(1060))])
    store.write_rollups([rollup(segment=CHAT, minute=ONSET_MINUTE + 10 * MINUTE, requests=50)])
    assert reader.listed(9, only_open=True) == []
    [line] = reader.listed(9, only_open=False)
    assert (line.progress.requests, line.progress.ended_at) == (5, row(1060).time)


def test_the_list_alone_reads_no_rollup(store: PostgresTelemetryStore, postgres_engine: Engine) -> None:
    store.write_shifts([of_stream()])
    with postgres_engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN SELECT id, headline, status FROM insights.shifts").scalars().all()
    assert "rollups" not in "\n".join(plan)


@pytest.mark.parametrize(
    "wrong",
    [
        {"onset": row(1035)},  # after the alarm
        {"alarm": row(1045)},  # after people were paged
        {"updated": row(1035), "status": "recovered"},
    ],
)
def test_moments_out_of_order_are_refused(store: PostgresTelemetryStore, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unacceptable, match="shifts_rows"):
        store.write_shifts([of_stream(**wrong)])


def test_a_shift_ends_when_its_status_says_so_and_never_before_it_began(
    store: PostgresTelemetryStore, postgres_url: str
) -> None:
    early = row(1050)
    late_clock = type(early)(ordinal=1060, time=NOON, request_id=None)
    store.write_shifts([of_stream(status="recovered", updated=late_clock)])
    with psycopg.connect(postgres_url) as connection:
        ((ended,),) = connection.execute("SELECT ended_at FROM insights.shifts").fetchall()
        assert ended == row(1040).time
        with pytest.raises(psycopg.errors.CheckViolation, match="shifts_ended"):
            connection.execute("UPDATE coagent.shifts SET status = 'open'")


def test_a_mute_stands_beside_its_shift_until_it_ends(store: PostgresTelemetryStore, postgres_engine: Engine) -> None:
    store.write_shifts([of_stream()])
    until = NOW + timedelta(hours=2)
    store.write_commands(
        [
            command(Mute, "old", NOW - timedelta(hours=9), until=NOW - timedelta(hours=8)),
            command(Mute, "part", NOW - timedelta(hours=1), Segment("openai", "gpt-4", tenant="acme"), until=until),
            command(Mute, "other", NOW, Segment("openai", "gpt-4o"), until=until + timedelta(days=9)),
        ]
    )
    reader, decisions = PostgresShiftReader(postgres_engine), PostgresDecisionReader(postgres_engine)
    [line] = reader.listed(9, only_open=True)
    assert line.progress.muted_until == until
    assert [one.id for one in decisions.ended_mutes(NOW - timedelta(days=1))] == ["old"]

    found = reader.explained(of_stream())
    assert [(one.id, one.by, one.reason, one.segment.tenant) for one in found.decisions] == [
        ("old", "ann", "planned", None),
        ("part", "ann", "planned", "acme"),
    ]
    store.write_commands([command(Unmute, "loud", NOW)])  # of the whole stream: of its parts too
    [line] = reader.listed(9, only_open=True)
    assert line.progress.muted_until is None
    [old, part] = decisions.ended_mutes(NOW - timedelta(days=1))
    assert (old.id, part.id, part.ended_at, part.ended_by) == ("old", "part", NOW, "ann")


def test_a_mute_of_one_part_is_not_ended_by_an_unmute_of_another(
    store: PostgresTelemetryStore, postgres_engine: Engine
) -> None:
    until = NOW + timedelta(hours=2)
    acme, zeta = (Segment("openai", "gpt-4", tenant=tenant) for tenant in ("acme", "zeta"))
    store.write_commands([command(Mute, "part", NOW - MINUTE, acme, until=until), command(Unmute, "no", NOW, zeta)])
    assert PostgresDecisionReader(postgres_engine).ended_mutes(NOW - timedelta(days=1)) == []


def test_a_command_that_was_obeyed_or_refused_says_so(store: PostgresTelemetryStore, postgres_engine: Engine) -> None:
    store.write_detectors([detectors(segment=STREAM, obeyed=["done"])])  # the answer may come first
    done, refused = command(Accept, "done", NOW), command(Accept, "refused", NOW)
    store.write_commands([done, refused])
    letter = {"cluster": "main", "topic": CONTROL, "partition": 0, "index": 0, "payload": b""}
    why = DeadLetter(**letter, offset=refused.offset, reason="nothing_to_accept", detail="it ended")
    store.write_dead_letters([why])
    known = PostgresDecisionReader(postgres_engine).of_ids(["done", "refused", "unread"])
    assert known["done"].obeyed_at is not None
    assert (known["refused"].refused, known["refused"].obeyed_at) == ("nothing_to_accept: it ended", None)
    assert "unread" not in known


@pytest.mark.parametrize("width", [80, 140])
def test_the_list_says_what_since_when_why_and_whether_people_were_paged(
    store: PostgresTelemetryStore, postgres_engine: Engine, run: Callable[..., tuple[int, str]], width: int
) -> None:
    held = of_stream(id="beef0123", page=False, onset=row(900), cause=shift().cause)
    store.write_shifts([of_stream(id="dead0123"), held])
    store.write_rollups([rollup(segment=CHAT, minute=ONSET_MINUTE, requests=5)])
    reported = insight(subject_id="dead0123", title="gpt-4 \x1b[2J answers \u202eshorter")
    PostgresInsightStore(postgres_engine).save_insight(reported, [])
    store.write_commands([command(Mute, "old", NOW - timedelta(hours=9), until=NOW - timedelta(hours=8))])

    status, out = run("shifts", width=width)
    assert status == 0
    assert max(map(len, out.splitlines())) <= width
    first, second = out.split("beef0123")
    for word in ("dead0123", "open · paged", "since 2026-03-01 12:16 UTC (", "5 requests so far"):
        assert word in first
    assert "answers shrank from 120 to 80 tokens" in " ".join(first.split())
    assert "not paged" in second
    assert "mute by ann (planned): ended" in " ".join(second.split())
    assert not {"\x1b", "\u202e"} & set(out)


def test_the_list_as_json_and_only_what_is_open(
    store: PostgresTelemetryStore, run: Callable[..., tuple[int, str]]
) -> None:
    store.write_shifts([of_stream(id="dead0123"), of_stream(id="beef0123", status="recovered")])
    status, out = run("shifts", "--open", "--json")
    [one] = json.loads(out)
    assert (status, one["id"], one["status"], one["progress"]["requests"]) == (0, "dead0123", "open", 0)


def test_an_explanation_ends_with_the_next_step_and_the_commands(
    store: PostgresTelemetryStore, run: Callable[..., tuple[int, str]]
) -> None:
    store.write_shifts([of_stream(id="dead0123"), of_stream(id="beef0123", onset=row(1001))])
    store.write_commands([command(Mute, "m", NOW, until=NOW + timedelta(hours=1))])
    for name in ("d", "dead0123"):
        status, out = run("explain", name)
        assert status == 0
        assert "alarms suppressed, baseline frozen" in out
        assert "mute by ann (planned): until" in out
        assert "coagent accept dead0123" in out.splitlines()[-3]
    assert "beef0123" in run("explain", "last")[1]
    status, out = run("explain", "beaf")
    assert status != 0
    assert "no shift starts with 'beaf'; the nearest: beef0123, dead0123, or `last`" in out
