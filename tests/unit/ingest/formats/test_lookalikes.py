"""What looks like something known and is not read says what it looks like and what to do."""

import json

import pytest

from coagent.domain.rejected import Rejected
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

from .readings import TIME

SECRET = "secret words"  # what must not be repeated


@pytest.mark.parametrize(
    ("message", "slug"),
    [
        ({"model": "gpt-4o", "messages": [{"role": "user", "content": SECRET}]}, "request_alone"),
        ({"request": {"model": "m", "messages": []}, "response": None}, "request_alone"),
        ({"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {}}, "batch_input"),
        ({"id": "batch_1", "object": "batch", "status": "completed"}, "batch"),
        ({"id": "run_1", "object": "thread.run", "model": "gpt-4o", "usage": {}}, "assistants_run"),
        ({"id": "msg", "object": "thread.message", "content": []}, "assistants_object"),
        ({"created": TIME, "data": [{"b64_json": SECRET}], "object": "list"}, "image"),
        ({"id": "modr-1", "model": "m", "results": [{"flagged": False}], "type": "x"}, "moderation"),
        ({"error": {"message": SECRET}}, "error_alone"),
        ({"object": "bucket", "start_time": TIME, "results": [{"model": "m"}]}, "usage_report"),
        ({"starting_at": "2026-06-01T00:00:00Z", "results": [{"model": SECRET}]}, "usage_report"),
        ({"start_time_iso": "2026-06-01", "model": "m", "num_model_requests": "9"}, "usage_report"),
        ({"parentUuid": None, "type": "assistant", "message": {"content": SECRET}}, "transcript"),
        ({"created": TIME, "data": [{"url": SECRET}]}, "image"),
        ({"content": SECRET, "response_metadata": {}, "usage_metadata": {"input_tokens": 1}}, "langchain_message"),
    ],
)
def test_it_is_rejected_by_its_name(message, slug):
    [outcome] = decode(json.dumps(message).encode(), DecodeOptions())
    assert isinstance(outcome, Rejected)
    assert outcome.reason == f"not_read:{slug}"
    assert outcome.detail.startswith("this looks like ")
    assert SECRET not in outcome.detail


def test_a_foreign_response_is_rejected_and_not_emptied():
    message = {"time": TIME, "request": {"model": "m"}, "response": {"answer": SECRET}}
    [outcome] = decode(json.dumps(message).encode(), DecodeOptions())
    assert (outcome.reason, SECRET in outcome.detail) == ("unknown_response", False)
