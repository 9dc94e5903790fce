"""Log events that report requests."""

from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Noted, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

from .log_messages import json_logs, log, proto_logs
from .otlp_messages import SPAN_ID, TRACE_ID

CLAUDE = {
    "event.name": "api_request",
    "session.id": "s-1",
    "model": "claude-sonnet-4-5-20250929",
    "input_tokens": "5",
    "output_tokens": "400",
    "cache_read_tokens": "128955",
    "cache_creation_tokens": "1253",
    "cost_usd": "0.0494",
    "duration_ms": "2100",
    "request_id": "req_1",
    "team": "billing",
}
CLAUDE_ERROR = {
    "event.name": "api_error",
    "model": "claude-sonnet-4-5-20250929",
    "error": "overloaded_error",
    "status_code": "529",
    "duration_ms": "300",
    "attempt": "3",
}
CODEX = {
    "event.name": "codex.sse_event",
    "event.kind": "response.completed",
    "conversation.id": "c-1",
    "model": "gpt-5.1",
    "input_token_count": 1000,
    "cached_token_count": 400,
    "output_token_count": 100,
    "reasoning_token_count": 40,
    "tool_token_count": 1100,
}
GEMINI = {
    "event.name": "gemini_cli.api_response",
    "model": "gemini-2.5-pro",
    "duration_ms": 2000,
    "input_token_count": 12_000,
    "output_token_count": 350,
    "cached_content_token_count": 8000,
    "thoughts_token_count": 420,
    "tool_token_count": 0,
    "total_token_count": 12_770,
    "status_code": 200,
    "auth_type": "oauth-personal",
}
INFERENCE = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 12,
    "gen_ai.usage.output_tokens": 3,
}
DETAILS = "gen_ai.client.inference.operation.details"


def outcomes(*logs, resource=None, scope="", **options):
    made = {"otlp_proto": proto_logs(list(logs), resource, scope), "otlp_json": json_logs(list(logs), resource, scope)}
    found = [decode(message, DecodeOptions(**options), name) for name, message in made.items()]
    assert found[0] == found[1]
    return found[0]


def request_of(*logs, **more):
    request, *notes = outcomes(*logs, **more)
    assert isinstance(request, Request)
    assert all(isinstance(one, Noted) for one in notes)
    return request


def test_a_request_of_claude_code_is_read_from_texts():
    request = request_of(log(CLAUDE, body="claude_code.api_request"), tenant_attribute="team")
    assert (request.provider, request.request_model) == ("anthropic", "claude-sonnet-4-5-20250929")
    assert (request.input_tokens, request.output_tokens) == (130_213, 400)
    assert (request.cached_input_tokens, request.cache_write_tokens) == (128_955, 1253)
    assert (request.cost_usd, request.duration_s, request.request_id) == (0.0494, 2.1, "req_1")
    assert (request.conversation_id, request.tenant, request.status) == ("s-1", "billing", "ok")


def test_a_request_began_its_duration_before_its_event():
    request = request_of(log(CLAUDE, body="claude_code.api_request"))
    assert request.time == datetime(2026, 7, 1, 11, 59, 58, 150_000, tzinfo=UTC)
    late = request_of(log(CLAUDE | {"duration_ms": "x"}, body="claude_code.api_request"))
    assert (late.time, late.duration_s) == (datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC), None)


def test_a_failed_attempt_of_claude_code_is_a_failed_request():
    failed = request_of(log(CLAUDE_ERROR, body="claude_code.api_error"))
    assert (failed.status, failed.error_type, failed.http_status) == ("error", "overloaded_error", 529)
    assert (failed.attempt, failed.input_tokens) == (3, None)


@pytest.mark.parametrize(
    "place",
    [{"body": "claude_code.api_request"}, {"event": "claude_code.api_request"}, {}],
    ids=["body", "event name", "attribute"],
)
def test_the_event_s_name_may_stand_in_several_places(place):
    scope = "com.anthropic.claude_code.events"
    assert request_of(log(CLAUDE, **place), scope=scope).cost_usd == 0.0494


def test_the_end_of_a_codex_stream_is_a_request():
    request = request_of(log(CODEX), resource={"service.name": "codex_cli_rs"})
    assert (request.provider, request.request_model) == ("openai", "gpt-5.1")
    assert (request.input_tokens, request.cached_input_tokens) == (1000, 400)
    assert (request.output_tokens, request.reasoning_tokens, request.cost_doubt) == (100, 40, None)
    assert request.conversation_id == "c-1"


def test_codex_s_event_of_the_last_piece_is_no_second_request():
    piece = {name: CODEX[name] for name in ("event.name", "event.kind", "model")} | {
        "success": True,
        "duration_ms": "5",
    }
    first, second = outcomes(log(piece), log(CODEX))
    assert first == Skipped(reason="not_a_model_request")
    assert (second.input_tokens, second.duration_s) == (1000, None)


@pytest.mark.parametrize("kind", [{}, {"event.kind": "response.completed"}, {"event.kind": "response.failed"}])
def test_a_codex_stream_that_broke_off_is_a_failed_request(kind):
    request = request_of(log({"event.name": "codex.sse_event", "model": "gpt-5.1", "error.message": "idle"} | kind))
    assert (request.status, request.input_tokens) == ("error", None)


def test_the_convention_s_event_of_an_agent_is_no_request():
    agent = INFERENCE | {"gen_ai.operation.name": "invoke_agent"}
    assert outcomes(log(agent, event=DETAILS)) == [Skipped(reason="not_a_model_request")]


def test_of_codex_s_attempts_only_failed_ones_count():
    made = {"event.name": "codex.api_request", "model": "gpt-5.1", "http.response.status_code": 200}
    refused = made | {"http.response.status_code": "429", "attempt": 2}
    first, second = outcomes(log(made), log(refused))
    assert first == Skipped(reason="not_a_model_request")
    assert (second.status, second.http_status, second.attempt) == ("error", 429, 2)


def test_gemini_s_output_is_counted_without_its_thoughts():
    request = request_of(log(GEMINI))
    assert (request.provider, request.input_tokens, request.cached_input_tokens) == ("gcp.gemini", 12_000, 8000)
    assert (request.output_tokens, request.reasoning_tokens, request.cost_doubt) == (770, 420, None)
    assert request_of(log(GEMINI | {"auth_type": "vertex-ai"})).provider != "gcp.gemini"


def test_gemini_s_second_event_of_an_answer_is_no_second_request():
    resource = {"service.name": "gemini-cli"}
    first, second = outcomes(log(GEMINI), log(INFERENCE, event=DETAILS), resource=resource)
    assert isinstance(first, Request)
    assert second == Skipped(reason="repeated_call", index=1)


def test_the_convention_s_inference_event_is_a_request():
    request = request_of(log(INFERENCE, event=DETAILS, trace_id=TRACE_ID, span_id=SPAN_ID))
    assert (request.provider, request.input_tokens, request.output_tokens) == ("openai", 12, 3)
    assert request.response_id == f"{TRACE_ID}/chatcmpl-1"


def evaluation(score, **more):
    return log(
        {"gen_ai.evaluation.name": "r", "gen_ai.evaluation.score.value": score} | more, event="gen_ai.evaluation.result"
    )


def test_an_evaluation_joins_its_request_within_the_message():
    by_id = {"gen_ai.response.id": "chatcmpl-1"}
    request, joined = outcomes(log(INFERENCE, event=DETAILS, trace_id=TRACE_ID), evaluation(0.5, **by_id))
    assert (request.quality_score, joined) == (0.5, Skipped(reason="evaluation", index=1))
    assert outcomes(evaluation(0.5, **by_id)) == [Skipped(reason="evaluation_without_request")]
    assert outcomes(evaluation(5.0, **by_id)) == [Skipped(reason="evaluation_of_another_scale")]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (log({"event.name": "user_prompt", "prompt": "x"}, body="claude_code.user_prompt"), "not_a_model_request"),
        (log({"event.name": "codex.sse_event", "event.kind": "response.created"}), "not_a_model_request"),
        (log({"event.name": "gen_ai.user.message"}), "not_a_model_request"),
        (log({"event.name": "gen_ai.cache.evicted"}), "event:gen_ai.cache.evicted"),
        (log({}, body="GET /health 200"), "not_genai"),
        (log({"event.name": "order.placed", "model": "t-shirt"}), "not_genai"),
    ],
)
def test_other_records_are_skipped_with_their_reason(record, reason):
    assert outcomes(record) == [Skipped(reason=reason)]


def test_the_time_may_be_the_collector_s_or_the_event_s():
    later = log(INFERENCE, event=DETAILS, nano=0, observed=1_782_907_201 * 10**9)
    assert request_of(later).time == datetime(2026, 7, 1, 12, 0, 1, tzinfo=UTC)
    reported = log(INFERENCE | {"event.timestamp": "2026-07-01T12:00:02.5Z"}, event=DETAILS, nano=0)
    assert request_of(reported).time == datetime(2026, 7, 1, 12, 0, 2, 500_000, tzinfo=UTC)


def test_a_message_without_records_is_skipped():
    assert decode(b'{"resourceLogs": []}', DecodeOptions()) == [Skipped(reason="no_log_records")]


@pytest.mark.parametrize("event", [CLAUDE, CODEX, GEMINI, INFERENCE])
def test_values_may_be_of_any_type(event):
    for value in (["x"], {"a": 1}, True, -1, "None", ""):
        for name in event:
            [*found] = outcomes(log(event | {name: value}), resource={"service.name": value})
            assert found
