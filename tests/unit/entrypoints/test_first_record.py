"""What a first record is taken for, said in one line that repeats no content and acts on no terminal."""

from pathlib import Path

import msgspec

from coagent.entrypoints.first_record import example, first_record
from coagent.settings import IngestSettings, Settings

SETTINGS = Settings()
NOW = "2026-11-01T12:00:00Z"


def said(value: bytes, settings: Settings = SETTINGS) -> str:
    return str(first_record(settings, "llm.telemetry", value))


def test_the_example_that_up_prints_is_read_and_priced():
    first = first_record(SETTINGS, "llm.telemetry", example(NOW))
    assert (first.format, first.requests, first.provider, first.model) == ("canonical", 1, "openai", "gpt-5-mini")
    assert first.cost_usd is not None
    assert "duration" not in first.lacks
    assert "finish reason" in first.lacks


def test_an_unknown_cost_is_unknown_and_a_tenant_is_named():
    record = {"time": NOW, "provider": "mine", "request_model": "own", "tenant": "acme", "task": "a\x1b[2J"}
    assert said(msgspec.json.encode(record)).startswith("llm.telemetry: canonical, mine/own, ")
    assert "tenant acme, cost unknown. It lacks: task, tokens in" in said(msgspec.json.encode(record))
    assert "\x1b" not in said(msgspec.json.encode(record))


def test_what_is_not_read_says_why():
    assert said(b'{"tim": 1}').startswith("llm.telemetry: no format that is read, no request in it: unknown_format: ")
    assert "missing_field:request_model" in said(f'{{"time": "{NOW}", "provider": "openai"}}'.encode())


def test_a_body_s_content_is_not_repeated():
    body = {
        "id": "x", "object": "chat.completion", "created": 1793534400, "model": "gpt-4o",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Peregrine"}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }  # fmt: skip
    reported = said(msgspec.json.encode(body))
    assert "openai" in reported
    assert "Peregrine" not in reported


def test_a_pinned_format_is_named_as_pinned():
    pinned = Settings(ingest=IngestSettings(formats={"llm.telemetry": "litellm"}))
    assert "litellm (pinned)" in said(b'{"id": 1}', pinned)


def test_a_mapped_topic_names_its_file():
    examples = Path(__file__).parents[3] / "docs" / "examples"
    mapped = Settings(ingest=IngestSettings(mappings={"llm.telemetry": examples / "mapping.yaml"}))
    line = (examples / "mapping.jsonl").read_bytes().splitlines()[0]
    assert "read by" in said(line, mapped)
