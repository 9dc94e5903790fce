"""What the gate reads of the views, and of logs: counts and names, no tenant, no content."""

import msgspec
from sqlalchemy import Engine

from coagent.adapters.clock import SystemClock
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.traffic_snapshot import read_snapshot
from coagent.bootstrap.gate import snapshot_of_logs
from coagent.domain.gate import Snapshot
from coagent.settings import Settings
from tests.integration.postgres.test_sql_page import filled

__all__ = ["filled"]

SAMPLE = "coagent/samples/quantized_swap.jsonl.gz"


def test_the_views_give_models_tasks_and_days(filled: Engine) -> None:
    found = read_snapshot(SqlReader(filled), 400, SystemClock().now())
    assert found is not None
    assert found.days
    assert found.first_day is not None
    assert {one.request_model for one in found.traffic}
    assert all(day.requests > 0 for one in found.traffic for day in one.days)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Snapshot) == found


def test_nothing_measured_is_nothing(postgres_engine: Engine) -> None:
    assert read_snapshot(SqlReader(postgres_engine), 30, SystemClock().now()) is None


def test_logs_give_the_same_shape_without_tenants() -> None:
    found = snapshot_of_logs(Settings(), [SAMPLE], "auto")
    assert sum(day.requests for one in found.traffic for day in one.days) > 1000
    assert b'"tenant' not in msgspec.json.encode(found)
