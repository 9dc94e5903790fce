"""What is old goes; what is open, owed or still in force stays whatever its age."""

from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import Engine, select, update

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.retention import AGED, AT_ONCE, NARRATIONS, PostgresRetention
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.adapters.postgres.tables import claims, drafts, insights
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.bootstrap.retention import kept
from coagent.domain.conversation import Conversation
from coagent.domain.slo import Bucket
from coagent.narrate.codec import StateSerializer
from coagent.narrate.insights import plain_insight
from coagent.settings import Settings
from coagent.slo.burn_rate import slo_status
from coagent.slo.burns import burns
from coagent.slo.slo_file import read_slos
from coagent.steps.retain import RetainStep
from coagent.steps.sink import SinkStep
from tests.contract.samples import NOON, dead_letter, dismissed, draft, insight, intake, said, shift, silence
from tests.integration.postgres.test_decisions import LATENCY, World

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def step(engine: Engine) -> RetainStep:
    return RetainStep(PostgresRetention(engine), FixedClock(NOW), kept(Settings()))


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        tables = [one.table for one in AGED]
        return {one: connection.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in tables}  # noqa: S608


def fill(engine: Engine, url: str) -> None:
    SinkStep(PostgresTelemetryStore(engine))([dead_letter(), dismissed(), intake(), said(), shift()])
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE coagent.dead_letters SET recorded_at = '2026-03-01'")


def test_what_is_old_goes_once(postgres_engine: Engine, postgres_url: str) -> None:
    fill(postgres_engine, postgres_url)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "UPDATE coagent.shifts SET status = 'recovered', ended_at = greatest(raised_time, onset_time)"
        )
    assert step(postgres_engine).run() >= 5
    assert set(counts(postgres_url).values()) == {0}
    assert step(postgres_engine).run() == 0


def test_what_is_young_or_open_stays(postgres_engine: Engine, postgres_url: str) -> None:
    fill(postgres_engine, postgres_url)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE coagent.shifts SET status = 'open', ended_at = NULL")
        connection.execute("UPDATE coagent.dead_letters SET recorded_at = '2029-12-30'")
        connection.execute("UPDATE coagent.commands SET muted_until = '2031-01-01'")
    step(postgres_engine).run()
    found = counts(postgres_url)
    left = {"coagent.shifts", "coagent.dead_letters", "coagent.commands"}
    assert {table for table, rows in found.items() if rows} == left


def test_old_answers_of_the_model_and_ended_claims_go_and_the_insight_stays(postgres_engine: Engine) -> None:
    store = PostgresInsightStore(postgres_engine)
    PostgresTelemetryStore(postgres_engine).write_shifts([shift()])
    store.claim_subjects(0, 9, NOW - timedelta(days=40))
    old, young = draft(at=NOW - timedelta(days=31)), draft(number=2, at=NOW - timedelta(days=29))
    store.save_insight(insight(), [], [old, young])

    step(postgres_engine).run()

    with transaction(postgres_engine) as connection:
        assert [2] == connection.execute(select(drafts.c.number)).scalars().all()
        assert [] == connection.execute(select(claims.c.until)).scalars().all()
    assert store.insight("fingerprint-1") is not None


def test_the_insight_about_a_silence_stays_as_long_as_it_lasts(postgres_engine: Engine) -> None:
    silences, store = PostgresSilenceStore(postgres_engine), PostgresInsightStore(postgres_engine)
    silences.save_silences([silence()])
    store.save_insight(insight(kind="silence", subject_id="silence-1"), [])
    with transaction(postgres_engine) as connection:
        connection.execute(update(insights).values(updated_at=NOON))

    step(postgres_engine).run()

    assert store.insight("fingerprint-1") is not None


def test_a_conversation_and_its_tickets_go_after_the_insight_and_a_group_after_its_members(
    postgres_engine: Engine, postgres_url: str
) -> None:
    PostgresInsightStore(postgres_engine).save_insight(insight(id="kept"), [])
    conversations = [
        Conversation(id="kept", opened_at=NOON),
        Conversation(id="gone", opened_at=NOON, group="group"),
        Conversation(id="timed", opened_at=NOON, digest_at=NOON, digest_to=["slack"]),
        Conversation(id="group", kind="group", opened_at=NOON),
    ]
    PostgresConversations(postgres_engine).save(conversations, [])
    tickets = PostgresTickets(postgres_engine)
    for conversation_id in ("kept", "gone"):
        tickets.begin("slack", conversation_id, NOON)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE coagent.insights SET updated_at = %s", [NOW])
    step(postgres_engine).run()
    step(postgres_engine).run()
    with psycopg.connect(postgres_url) as connection:
        left = connection.execute("SELECT id FROM coagent.conversations ORDER BY id").fetchall()
        assert left == [("kept",), ("timed",)]
        assert connection.execute("SELECT conversation FROM coagent.tickets").fetchall() == [("kept",)]


def test_more_than_one_transaction_takes(postgres_engine: Engine, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO coagent.dead_letters SELECT 'c', 't', 0, n, 0, 'r', 'd', '2026-01-01' "
            "FROM generate_series(1, %s) AS n",
            [2 * AT_ONCE + 1],
        )
    assert step(postgres_engine).run() == 2 * AT_ONCE + 1


def test_the_size_and_the_oldest_row_of_each_table_are_known(postgres_engine: Engine, postgres_url: str) -> None:
    fill(postgres_engine, postgres_url)
    retained = {one.table: one for one in PostgresRetention(postgres_engine).retained()}
    rollups = {"rollups_1m", "rollups_1h", "rollups_1d"}
    assert set(retained) == {one.table.removeprefix("coagent.") for one in AGED} | rollups
    assert retained["dead_letters"].oldest == datetime(2026, 3, 1, tzinfo=UTC)
    assert retained["review_entries"].oldest is None, "old telemetry that has just come is no sign of a stopped agent"
    assert all(one.size_bytes > 0 for one in retained.values())


async def test_what_was_approved_stays_in_the_policy_and_other_decisions_go_with_what_they_are_about(
    postgres_engine: Engine, postgres_url: str
) -> None:
    world = World(postgres_engine)
    await world.say("approve", world.found())
    step(postgres_engine).run()
    assert world.status == "approved"
    world.clock.move(timedelta(hours=1))
    await world.say("reject", world.found())
    step(postgres_engine).run()
    assert (world.ask("SELECT id FROM opportunities"), world.ask("SELECT id FROM decisions")) == ([], [])


def test_an_ended_burn_goes_with_its_insight(postgres_engine: Engine, postgres_url: str) -> None:
    (slo,) = read_slos(LATENCY, "slos.yaml")
    opened = burns([slo_status(slo, [Bucket(NOON, 60, 1000, 900)], NOON)], {}, NOON)
    store = PostgresSloStore(postgres_engine)
    store.save([], opened)
    PostgresInsightStore(postgres_engine).save_insight(plain_insight(opened[0], 1, NOON), [])
    step(postgres_engine).run()
    assert (counts(postgres_url)["coagent.burns"], counts(postgres_url)["coagent.insights"]) == (1, 1), "it is open"
    store.save([], burns([], store.open_burns(), NOON))
    step(postgres_engine).run()
    assert (counts(postgres_url)["coagent.burns"], counts(postgres_url)["coagent.insights"]) == (0, 0)


async def test_a_models_steps_go_with_their_thread(postgres_engine: Engine, postgres_url: str) -> None:
    async with open_checkpoints(postgres_url, StateSerializer()):
        pass
    with psycopg.connect(postgres_url) as connection:
        for thread, when in (("old", NOW - timedelta(days=401)), ("young", NOW - timedelta(days=1))):
            connection.execute(
                "INSERT INTO coagent.checkpoints (thread_id, checkpoint_id, checkpoint) "
                "VALUES (%s, '1', jsonb_build_object('ts', %s::text))",
                [thread, when.isoformat()],
            )
    assert step(postgres_engine).run() == 1
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT thread_id FROM coagent.checkpoints").fetchall() == [("young",)]
        for table in (*NARRATIONS, "checkpoint_migrations"):
            connection.execute(f"DROP TABLE coagent.{table}")


def test_every_setting_of_what_is_kept_is_used() -> None:
    used = {one.setting for one in AGED} | {"drafts", "minutes", "hours"}
    assert used == set(kept(Settings()))
