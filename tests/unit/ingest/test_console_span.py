"""Spans and log records as SDKs print them, and parts of OTLP messages on their own."""

import json
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

from .otlp_messages import SPAN_ID, TRACE_ID, json_, span

CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
}
PYTHON = {
    "name": "chat gpt-4o",
    "context": {"trace_id": f"0x{TRACE_ID}", "span_id": f"0x{SPAN_ID}", "trace_state": "[]"},
    "kind": "SpanKind.CLIENT",
    "parent_id": None,
    "start_time": "2026-07-01T12:00:00.250000Z",
    "end_time": "2026-07-01T12:00:01.750000Z",
    "status": {"status_code": "UNSET"},
    "attributes": CHAT,
    "events": [],
    "links": [],
    "resource": {"attributes": {"service.version": "1.2"}, "schema_url": ""},
}
GO = {
    "Name": "chat gpt-4o",
    "SpanContext": {"TraceID": TRACE_ID, "SpanID": SPAN_ID, "TraceFlags": "01"},
    "Parent": {"TraceID": "0" * 32, "SpanID": "0" * 16},
    "StartTime": "2026-07-01T12:00:00.25Z",
    "EndTime": "2026-07-01T14:00:01.75+02:00",
    "Attributes": [{"Key": name, "Value": {"Type": "STRING", "Value": value}} for name, value in CHAT.items()],
    "Status": {"Code": "Unset", "Description": ""},
    "Resource": [{"Key": "service.version", "Value": {"Type": "STRING", "Value": "1.2"}}],
    "InstrumentationScope": {"Name": "x", "Version": ""},
}


def read(found):
    return decode(json.dumps(found).encode(), DecodeOptions())


@pytest.mark.parametrize("printed", [PYTHON, GO], ids=["python", "go"])
def test_a_printed_span_is_read(printed):
    [request] = read(printed)
    assert (request.provider, request.request_model, request.request_id) == ("openai", "gpt-4o", SPAN_ID)
    assert (request.input_tokens, request.output_tokens, request.finish_reason) == (1000, 100, "stop")
    assert (request.time, request.duration_s) == (datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC), 1.5)
    assert (request.app_version, request.response_id) == ("1.2", f"{TRACE_ID}/chatcmpl-1")


def test_a_printed_span_may_have_failed():
    event = {"name": "exception", "timestamp": "2026-07-01T12:00:01Z", "attributes": {"exception.type": "E"}}
    [failed] = read(PYTHON | {"status": {"status_code": "ERROR", "description": "x"}, "events": [event]})
    assert (failed.status, failed.error_type) == ("error", "E")


def test_a_printed_span_of_another_library_is_skipped():
    assert read(PYTHON | {"attributes": {"http.route": "/"}}) == [Skipped(reason="not_genai")]


def test_a_printed_log_record_of_gemini_cli_is_read():
    [request, *_] = read(
        {
            "hrTime": [1_782_907_202, 500_000_000],
            "resource": {"attributes": {"service.name": "gemini-cli"}},
            "instrumentationScope": {"name": "gemini-cli"},
            "body": "API response from gemini-2.5-pro. Status: 200. Duration: 2000ms.",
            "attributes": {
                "event.name": "gemini_cli.api_response",
                "model": "gemini-2.5-pro",
                "duration_ms": 2000,
                "input_token_count": 12,
                "output_token_count": 3,
                "thoughts_token_count": 4,
                "total_token_count": 19,
            },
        }
    )
    assert (request.time, request.duration_s) == (datetime(2026, 7, 1, 12, 0, 0, 500_000, tzinfo=UTC), 2.0)
    assert (request.input_tokens, request.output_tokens, request.reasoning_tokens) == (12, 7, 4)


@pytest.mark.parametrize("broken", [{"start_time": "soon"}, {"start_time": None}, {"context": None, "start_time": 5}])
def test_a_printed_span_without_a_time_is_rejected(broken):
    [outcome] = read(PYTHON | broken)
    assert isinstance(outcome, Rejected)


WHOLE = json.loads(json_([span(CHAT)], {"service.version": "1.2"}, "openai"))
GROUP = WHOLE["resourceSpans"][0]


@pytest.mark.parametrize(
    "part",
    [
        GROUP,
        GROUP["scopeSpans"][0],
        GROUP["scopeSpans"][0]["spans"][0],
        {"resourceSpans": [{"instrumentationLibrarySpans": GROUP["scopeSpans"]}]},
    ],
    ids=["resource", "scope", "span", "before OTLP 0.19"],
)
def test_parts_of_an_otlp_message_are_read(part):
    [request] = decode(json.dumps(part).encode(), DecodeOptions(), "otlp_json")
    assert isinstance(request, Request)
    assert (request.input_tokens, request.request_id) == (1000, SPAN_ID)


def test_field_names_of_the_proto_files_are_read():
    names = {
        "resourceSpans": "resource_spans",
        "scopeSpans": "scope_spans",
        "startTimeUnixNano": "start_time_unix_nano",
    }
    names |= {"endTimeUnixNano": "end_time_unix_nano", "spanId": "span_id", "stringValue": "string_value"}
    names |= {"intValue": "int_value", "arrayValue": "array_value"}
    message = json.dumps(WHOLE)
    for name, written in names.items():
        message = message.replace(f'"{name}"', f'"{written}"')
    [request] = decode(message.encode(), DecodeOptions())
    assert (request.input_tokens, request.finish_reason, request.duration_s) == (1000, "stop", 1.5)


def test_a_span_as_phoenix_s_api_lists_it():
    listed = {name: value for name, value in PYTHON.items() if name not in {"kind", "status", "resource"}}
    event = {"name": "exception", "timestamp": PYTHON["end_time"], "attributes": {"exception.type": "RateLimitError"}}
    [request] = read(listed | {"id": "U3", "span_kind": "LLM", "status_code": "ERROR", "events": [event]})
    assert (request.status, request.error_type, request.input_tokens) == ("error", "RateLimitError", 1000)
    [request] = read(listed | {"id": "U3", "span_kind": "LLM", "status_code": "OK"})
    assert (request.status, request.error_type) == ("ok", None)
