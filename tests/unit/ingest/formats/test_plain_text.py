import pytest

from coagent.domain.rejected import Rejected
from coagent.ingest.formats.decoders import decode

from .readings import OPTIONS


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        (b"data: [DONE]", "a line of server-sent events: log the events as a pair's response"),
        (b"<!DOCTYPE html>", "HTML or XML: save the records themselves"),
        (b'2026-06-01 08:00:00 INFO {"time": 1}', "a text before a JSON object: log the object alone"),
        (b"{'time': 1}", "what Python prints for a dict: write it with json.dumps"),
        (b"provider: openai", "YAML: write it as JSON lines"),
        (b" gpt-4o | 1000 | 100", "a printed table: export it as CSV with a header"),
        (b"2026-06-01 a request was answered", "plain text: write one JSON object a line, or CSV with a header"),
    ],
)
def test_what_is_no_json_is_named_with_what_to_do(text, looks):
    [rejected] = decode(text, OPTIONS)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "invalid_json"
    assert f"this looks like {looks} (" in rejected.detail


@pytest.mark.parametrize("text", [b'{"time": 1', b'{"time": nope}', b"[1", b'{"a": 1} b'])
def test_of_broken_json_only_the_place_is_known(text):
    [rejected] = decode(text, OPTIONS)
    assert "looks like" not in rejected.detail
    assert "at character" in rejected.detail
