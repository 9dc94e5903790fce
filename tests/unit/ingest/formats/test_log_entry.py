"""Records within the entries of logs: CloudWatch Logs', Cloud Logging's and those of shippers."""

import json
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import bedrock_log
from coagent.ingest.formats.decoders import decode
from coagent.ingest.sources import SOURCES

from .readings import OPTIONS, decoded
from .samples import LITELLM_SPEND
from .test_bedrock_log import RECORD

ENTRY = {
    "insertId": "i",
    "logName": "projects/p/logs/stdout",
    "resource": {"type": "k8s_container", "labels": {"pod_name": "a"}},
    "timestamp": "2026-06-01T08:00:00.250Z",
    "severity": "INFO",
}
EVENT = {
    "event.name": "gen_ai.client.inference.operation.details",
    "gen_ai.operation.name": "generate_content",
    "gen_ai.provider.name": "gcp.vertex_ai",
    "gen_ai.request.model": "gemini-2.5-flash",
    "gen_ai.usage.input_tokens": "10",
    "gen_ai.usage.output_tokens": "70",
    "gen_ai.response.finish_reasons": '["stop"]',
}


def outcomes(found):
    return decode(json.dumps(found).encode(), OPTIONS)


def test_cloudwatch_logs_hands_on_several_records():
    events = [{"message": json.dumps(RECORD)}, {"message": "text"}, {"message": json.dumps(LITELLM_SPEND)}]
    bedrock, text, litellm = outcomes({"messageType": "DATA_MESSAGE", "logEvents": events})
    assert (bedrock.provider, litellm.provider) == ("aws.bedrock", "openai")
    assert text == Skipped(reason="not_a_model_request", index=1)
    assert outcomes({"logEvents": []}) == [Skipped(reason="no_records")]


@pytest.mark.parametrize(
    "event",
    [
        {"logStreamName": "s", "timestamp": 1, "message": json.dumps(RECORD), "ingestionTime": 2, "eventId": "3"},
        {"timestamp": 1, "message": json.dumps(RECORD), "ingestionTime": 2},
        {"@timestamp": "2026-07-01 12:00:17.000", "@message": json.dumps(RECORD)},
        {"@timestamp": "2026-07-01 12:00:17.000", "@message": RECORD},
    ],
    ids=["filtered", "fetched", "queried", "queried as JSON"],
)
def test_a_record_within_an_event_of_cloudwatch(event):
    [request] = outcomes(event)
    assert decoded(event, bedrock_log.decode) == [request], "of a pinned topic"
    assert (request.provider, request.request_id) == ("aws.bedrock", "r-1")
    assert (request.input_tokens, request.output_tokens, request.duration_s) == (35, 446, 3.64)


@pytest.mark.parametrize(
    "entry",
    [
        {"timestamp": 1, "message": "START RequestId", "ingestionTime": 2},
        {"timestamp": 1, "message": '{"level": "info"}', "ingestionTime": 2},
        ENTRY | {"textPayload": "started"},
        ENTRY | {"jsonPayload": {"message": "started"}},
        ENTRY | {"jsonPayload": ENTRY | {"jsonPayload": RECORD}},
    ],
)
def test_a_line_of_something_else_is_skipped(entry):
    assert outcomes(entry) == [Skipped(reason="not_a_model_request")]


@pytest.mark.parametrize("source", [one for one in SOURCES if not one.mapping], ids=lambda one: one.name)
def test_a_record_of_every_source_is_found_within_an_entry(source):
    alone = decode(source.sample, OPTIONS)
    within = outcomes(ENTRY | {"jsonPayload": json.loads(source.sample)})
    nested = [Skipped(reason="not_a_model_request")]
    assert within == (nested if source.formats == ("log_entry",) else alone)


@pytest.mark.parametrize(
    "entry",
    [
        {"log": json.dumps(RECORD) + "\n", "stream": "stdout", "time": "2026-07-01T12:00:17.000000000Z"},
        {"@timestamp": 1782907217.5, "log": json.dumps(RECORD), "stream": "stdout", "kubernetes": {"pod_name": "p"}},
        {"@timestamp": "2026-07-01T12:00:17.000Z", "message": json.dumps(RECORD), "log": {"file": {"path": "/x"}}},
        {"message": RECORD, "kubernetes": {"labels": {"app": "a"}}, "timestamp": "2026-07-01T12:00:17Z"},
    ],
    ids=["docker", "fluent bit", "filebeat", "vector"],
)
def test_a_record_that_a_container_printed(entry):
    [request] = outcomes(entry)
    assert (request.provider, request.request_id, request.output_tokens) == ("aws.bedrock", "r-1", 446)


def test_a_record_that_cannot_be_read_says_where_it_stands():
    broken = {name: value for name, value in LITELLM_SPEND.items() if "Time" not in name}
    found, rejected = outcomes({"logEvents": [{"message": json.dumps(RECORD)}, {"message": json.dumps(broken)}]})
    assert isinstance(found, Request)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.index) == ("missing_field:time", 1)


def test_labels_of_cloud_logging_are_an_event_s_attributes():
    [found] = outcomes(ENTRY | {"labels": EVENT, "jsonPayload": {}, "trace": "projects/p/traces/t", "spanId": "s"})
    assert (found.provider, found.request_model) == ("gcp.vertex_ai", "gemini-2.5-flash")
    assert (found.input_tokens, found.output_tokens, found.finish_reason) == (10, 70, "stop")
    assert found.time == datetime(2026, 6, 1, 8, 0, 0, 250_000, tzinfo=UTC)


def test_a_record_that_has_a_message_of_its_own_is_no_entry():
    own = {"@timestamp": "2026-06-01T08:00:00Z", "message": "called", "provider": "openai", "request_model": "gpt-4o"}
    [outcome] = outcomes(own | {"input_tokens": 5, "output_tokens": 2})
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "missing_field:time"
