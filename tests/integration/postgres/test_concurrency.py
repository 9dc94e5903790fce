"""Many at the same time, and a database that goes away."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Engine, text

from coagent.adapters.postgres.advisory_lock import advisory_lock
from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.errors import Fatal, Transient
from coagent.domain.segment import Segment
from tests.contract.samples import NOON, insight, message, rollup
from tests.stored_rollups import stored_rollups


@pytest.fixture
def engine(postgres_engine: Engine) -> Engine:
    return postgres_engine


def test_no_message_is_claimed_twice(engine: Engine) -> None:
    PostgresInsightStore(engine).save_insight(
        insight(), [message(str(each), insight_id=str(each)) for each in range(200)]
    )
    outbox = PostgresOutbox(engine)

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: outbox.claim(10, NOON), range(40)))

    keys = [each.idempotency_key for claim in claims for each in claim]
    assert len(keys) == len(set(keys)) == 200


def test_two_sinks_may_write_the_same_in_any_order(engine: Engine) -> None:
    store = PostgresTelemetryStore(engine)
    rollups = [rollup(segment=Segment("p", str(each)), sequence=2) for each in range(300)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(store.write_rollups, [rollups, rollups[::-1]] * 4))

    assert 300 == len(stored_rollups(engine))


def test_a_lock_is_held_by_one_and_let_go(engine: Engine) -> None:
    one, two, other = (advisory_lock(engine, name) for name in ("advise", "advise", "narrate"))
    with one as first, two as second, other as another:
        assert (first, second, another) == (True, False, True)
    with advisory_lock(engine, "advise") as again:
        assert again


def test_a_lock_is_let_go_when_the_job_fails(engine: Engine) -> None:
    with pytest.raises(ValueError, match="the job's own"), advisory_lock(engine, "advise"):
        raise ValueError("the job's own")
    with advisory_lock(engine, "advise") as again:
        assert again


def test_a_broken_connection_is_transient_and_then_replaced(engine: Engine, postgres_url: str) -> None:
    def lose_the_connection() -> None:
        with transaction(engine) as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with psycopg.connect(postgres_url) as killer:
                killer.execute("SELECT pg_terminate_backend(%s)", [pid])
            connection.execute(text("SELECT 1"))

    store = PostgresTelemetryStore(engine)
    store.write_rollups([rollup()])
    with pytest.raises(Transient, match="does not answer"):
        lose_the_connection()

    store.write_rollups([rollup(sequence=2)])

    assert [rollup(sequence=2)] == stored_rollups(engine)


def test_a_database_without_tables_says_what_to_run(empty_postgres_url: str) -> None:
    with pytest.raises(Fatal, match="coagent migrate"):
        PostgresTelemetryStore(make_engine(empty_postgres_url)).write_rollups([rollup()])


def test_a_failed_write_leaves_nothing_behind(engine: Engine) -> None:
    store = PostgresInsightStore(engine)

    with pytest.raises(Exception, match='null value in column "channel"'):
        store.save_insight(insight(), [message(channel=None)])

    with transaction(engine) as connection:
        assert 0 == connection.execute(text("SELECT count(*) FROM coagent.insights")).scalar_one()


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://u:hidden@h/d", "postgresql://u:hidden@h:port/d", "postgresql://u:hidden@h/d?foo=bar"]
)
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Fatal) as refused:
        make_engine(url)

    assert "hidden" not in str(refused.value)
