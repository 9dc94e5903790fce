"""Real tools that instrument themselves or each other: what their spans become."""

from importlib.util import find_spec

import pytest

from tests.integration.kafka.clients.anthropic_server import anthropic_server
from tests.integration.kafka.clients.applications import exported
from tests.integration.kafka.clients.batch_rows import ingested
from tests.integration.kafka.clients.calls import SECRET_WORDS
from tests.integration.kafka.clients.openai_server import OpenAiServer

pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(find_spec("pydantic_ai") is None, reason="needs the real clients: `make test-clients`"),
]


def test_anthropic_s_sdk_under_openllmetry_is_counted_and_priced_with_its_caches() -> None:
    with anthropic_server() as server:
        found = ingested([exported("anthropic_app", server.base_url)])

    assert [200, 200, 429] == server.statuses
    assert (3, {}, {}) == (found.counts.accepted, dict(found.counts.skipped), dict(found.counts.rejected))
    plain, streamed, busy = found.rows
    assert ("anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "1.2.3", "chat") == tuple(
        plain[name] for name in ("provider", "request_model", "response_model", "app_version", "operation")
    )
    for row in (plain, streamed):
        assert (39_219, 39_000, 200) == (row["input_tokens"], row["cached_input_tokens"], row["cache_write_tokens"])
        assert ("stop", "ok") == (row["finish_reason"], row["status"])
    assert streamed["stream"]
    assert plain["list_cost_usd"] == pytest.approx((19 * 3 + 39_000 * 0.3 + 200 * 3.75 + 100 * 15) / 1e6)
    assert ("error", "RateLimitError") == (busy["status"], busy["error_type"])
    assert "input_tokens" not in busy
    assert not [word for word in SECRET_WORDS if word.encode() in found.wire]


def test_pydantic_ai_s_calls_are_requests_and_its_agents_runs_are_not(server: OpenAiServer) -> None:
    found = ingested([exported("pydantic_ai_app", server.base_url)])

    assert ([429], 2) == (server.refused, len(server.served))
    assert (3, 3, {}) == (found.counts.accepted, found.counts.skipped.total(), dict(found.counts.rejected))
    first, second, busy = found.rows
    for row, served in zip((first, second), server.served, strict=True):
        assert (served.usage["prompt_tokens"], served.usage["completion_tokens"], 3, 5) == tuple(
            row[name] for name in ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")
        )
        assert ("openai", "gpt-4o", "concierge", "ok") == tuple(
            row[name] for name in ("provider", "request_model", "task", "status")
        )
        assert "cost_doubt" not in row
        fresh = served.usage["prompt_tokens"] - 3
        expected = (fresh * 2.5 + 3 * 1.25 + served.usage["completion_tokens"] * 10) / 1e6
        assert row["list_cost_usd"] == pytest.approx(expected)
    assert "input_tokens" not in busy
    assert not [word for word in SECRET_WORDS if word.encode() in found.wire]
