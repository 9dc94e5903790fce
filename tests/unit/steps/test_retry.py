import pytest

from coagent.steps.retry import obstacle
from tests.contract.samples import dead_letter
from tests.unit.ingest.otlp_messages import proto, span

CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5", "gen_ai.provider.name": "openai"}


@pytest.mark.parametrize(
    ("payload", "wanted"),
    [
        (b"", "no_bytes"),
        (b"{", None),
        (b'{"time": 1767225600, "provider": "openai", "request_model": "gpt-5"}', None),
        (proto([span(CHAT)]), None),
        (proto([span(CHAT), span({})]), "many_requests"),
    ],
)
def test_what_may_count_twice_is_held_back(payload: bytes, wanted: str | None) -> None:
    assert wanted == obstacle(dead_letter(payload=payload), {})
