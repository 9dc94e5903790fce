"""What `coagent doctor` advises where a cost is unknown."""

from datetime import UTC, datetime

from pydantic import SecretStr
from sqlalchemy import Engine

from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from coagent.entrypoints.doctor.prices import PRICE, TOKENS, check_prices
from coagent.settings import PostgresSettings, Settings
from tests.contract.samples import rollup


def test_a_price_is_asked_for_only_where_tokens_are_known(postgres_engine: Engine, postgres_url: str) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    unknown = {"minute": minute, "cost_usd": None, "cost_known": 0, "list_cost_usd": None, "list_cost_known": 0}
    dear, blind = Segment("acme", "brand-new"), Segment("openai", "gpt-4")
    PostgresTelemetryStore(postgres_engine).write_rollups(
        [rollup(segment=dear, **unknown), rollup(segment=blind, **unknown, input_tokens=None, output_tokens=7)]
    )
    found = check_prices(Settings(postgres=PostgresSettings(url=SecretStr(postgres_url))))
    assert "1 without a known price (requests): acme/brand-new" in found.text
    assert "1 without tokens in or out (requests): openai/gpt-4" in found.text
    assert found.action == f"{PRICE}; {TOKENS}"
