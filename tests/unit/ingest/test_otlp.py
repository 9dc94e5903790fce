import json
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import otlp_json, otlp_proto
from coagent.ingest.options import DecodeOptions

from .otlp_messages import SPAN_ID, TRACE_ID, json_, proto, span

OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
LEAST = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
CURRENT = LEAST | {
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.response.id": "chatcmpl-1",
    "openai.response.system_fingerprint": "fp_1",
    "openai.response.service_tier": "default",
    "gen_ai.conversation.id": "conv-1",
    "gen_ai.request.stream": True,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.top_p": 0.9,
    "gen_ai.request.max_tokens": 100,
    "gen_ai.request.seed": 7,
    "gen_ai.usage.input_tokens": 120,
    "gen_ai.usage.output_tokens": 30,
    "gen_ai.usage.cache_read.input_tokens": 64,
    "gen_ai.usage.cache_creation.input_tokens": 16,
    "gen_ai.usage.reasoning.output_tokens": 8,
    "gen_ai.response.time_to_first_chunk": 0.25,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.workflow.name": "summary",
    "gen_ai.usage.cost": 0.001,
    "server.address": "api.openai.com",
}
OLDER = {
    "gen_ai.operation.name": "chat",
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.openai.response.system_fingerprint": "fp_1",
    "gen_ai.usage.prompt_tokens": 120,
    "gen_ai.usage.completion_tokens": 30,
}
FULL = Request(
    time=datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC),
    provider="openai",
    request_model="gpt-4o",
    request_id=SPAN_ID,
    response_model="gpt-4o-2024-08-06",
    system_fingerprint="fp_1",
    service_tier="default",
    operation="chat",
    task="summary",
    endpoint="api.openai.com",
    app_version="1.2.3",
    conversation_id="conv-1",
    stream=True,
    temperature=0.5,
    top_p=0.9,
    max_tokens=100,
    seed=7,
    input_tokens=120,
    output_tokens=30,
    cached_input_tokens=64,
    cache_write_tokens=16,
    reasoning_tokens=8,
    time_to_first_token_s=0.25,
    duration_s=1.5,
    finish_reason="stop",
    status="ok",
    cost_usd=0.001,
    response_id=f"{TRACE_ID}/chatcmpl-1",
)
ENCODINGS = pytest.mark.parametrize(("encode", "decode"), [(proto, otlp_proto.decode), (json_, otlp_json.decode)])


@ENCODINGS
def test_every_attribute_is_read(encode, decode):
    message = encode([span(CURRENT)], {"service.version": "1.2.3", "service.name": "app"})
    assert decode(message, OPTIONS) == [FULL]


@ENCODINGS
def test_older_names_are_read(encode, decode):
    [request] = decode(encode([span(OLDER)]), OPTIONS)
    assert (request.provider, request.system_fingerprint) == ("openai", "fp_1")
    assert (request.input_tokens, request.output_tokens) == (120, 30)


@ENCODINGS
def test_current_names_win_over_older_ones(encode, decode):
    [request] = decode(encode([span(OLDER | LEAST | {"gen_ai.provider.name": "azure.ai.openai"})]), OPTIONS)
    assert request.provider == "azure.ai.openai"


@ENCODINGS
def test_an_error_has_its_type_and_status(encode, decode):
    failed = LEAST | {"error.type": "RateLimitError", "http.response.status_code": 429}
    first, second = decode(encode([span(failed), span(LEAST, status=2)]), OPTIONS)
    assert (first.status, first.error_type, first.http_status) == ("error", "RateLimitError", 429)
    assert (second.status, second.error_type) == ("error", None)


@ENCODINGS
def test_each_span_has_its_outcome_in_order(encode, decode):
    wrong = LEAST | {"gen_ai.usage.input_tokens": -1}
    spans = [
        span({"http.request.method": "GET"}),
        span(LEAST),
        span({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t"}),
        span(wrong),
        span({"gen_ai.operation.name": "chat"}),
        span(LEAST, duration_nano=0),
    ]
    first, second, third, fourth, noted, fifth, sixth = decode(encode(spans), OPTIONS)
    assert first == Skipped(reason="not_genai", index=0)
    assert second.duration_s == 1.5
    assert third == Skipped(reason="not_a_model_request", index=2)
    assert fourth.input_tokens is None
    assert (noted.reason, noted.index) == ("out_of_range:input_tokens", 3)
    assert (fifth.reason, fifth.index) == ("missing_field:provider", 4)
    assert sixth.duration_s is None


@ENCODINGS
def test_an_agent_s_span_is_not_counted_beside_its_requests(encode, decode):
    agent = CURRENT | {"gen_ai.operation.name": "invoke_agent"}
    assert decode(encode([span(agent)]), OPTIONS) == [Skipped(reason="not_a_model_request")]


@ENCODINGS
def test_task_and_tenant_come_from_configured_attributes(encode, decode):
    options = DecodeOptions(task_attribute="feature", tenant_attribute="tenant.id")
    [request] = decode(encode([span(CURRENT | {"feature": "search"})], {"tenant.id": 42}), options)
    assert (request.task, request.tenant) == ("search", "42")
    [request] = decode(encode([span(CURRENT)]), options)
    assert (request.task, request.tenant) == ("summary", None)


def evaluation(score, name="Relevance", **more):
    attributes = {"gen_ai.evaluation.name": name, "gen_ai.evaluation.score.value": score}
    return "gen_ai.evaluation.result", attributes | more


@ENCODINGS
def test_evaluations_join_by_response_id_anywhere_in_the_message(encode, decode):
    by_id = {"gen_ai.response.id": "chatcmpl-1"}
    judge = span(
        {"span.of": "a judge"},
        span_id="1111111111111111",
        events=[
            evaluation(0.5, **by_id),
            evaluation(1.0, **by_id),
            evaluation(4.0, **by_id),
            evaluation(1.0, "refusal", **by_id),
            evaluation(0.0, "schema_valid", **by_id),
        ],
    )
    _, request, other = decode(encode([judge, span(CURRENT), span(LEAST)]), OPTIONS)
    assert (request.quality_score, request.refusal, request.schema_valid) == (0.75, True, False)
    assert other.quality_score is None


@ENCODINGS
def test_an_evaluation_on_the_span_itself_needs_no_id(encode, decode):
    [request] = decode(encode([span(LEAST, events=[evaluation(0.25)])]), OPTIONS)
    assert request.quality_score == 0.25


@ENCODINGS
def test_an_evaluation_that_came_without_its_request_is_counted(encode, decode):
    elsewhere = evaluation(0.5, **{"gen_ai.response.id": "chatcmpl-of-yesterday"})
    judge = span({"span.of": "a judge"}, span_id="1111111111111111", events=[elsewhere, evaluation(0.5)])
    request, foreign, *strayed = decode(encode([span(CURRENT), judge]), OPTIONS)
    assert (request.quality_score, foreign.reason) == (None, "not_genai")
    assert strayed == [Skipped(reason="evaluation_without_request", index=1)] * 2


PROMPT = [
    {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
    {"role": "user", "parts": [{"type": "text", "content": "Weather in Paris?"}]},
]
ANSWER = [
    {
        "role": "assistant",
        "parts": [{"type": "text", "content": "Rainy"}, {"type": "tool_call", "name": "f", "arguments": {}}],
        "finish_reason": "stop",
    }
]


@ENCODINGS
@pytest.mark.parametrize("write", [json.dumps, lambda content: content])
def test_content_becomes_lengths_and_keyed_hashes(encode, decode, write):
    content = {"gen_ai.input.messages": write(PROMPT), "gen_ai.output.messages": write(ANSWER)}
    options = DecodeOptions(hash_key=b"key")
    [request] = decode(encode([span(LEAST | content)]), options)
    assert (request.input_chars, request.output_chars, request.tool_calls) == (26, 5, 1)
    assert len(request.prompt_hash) == len(request.prefix_hash) == 32
    [other_key] = decode(encode([span(LEAST | content)]), DecodeOptions(hash_key=b"other"))
    assert other_key.prompt_hash != request.prompt_hash
    [unkeyed] = decode(encode([span(LEAST | content)]), OPTIONS)
    assert (unkeyed.prompt_hash, unkeyed.prefix_hash, unkeyed.input_chars) == (None, None, 26)


@ENCODINGS
def test_the_oldest_form_of_content_is_read(encode, decode):
    content = {
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "abc",
        "gen_ai.prompt.10.content": "f",
        "gen_ai.prompt.2.content": "de",
        "gen_ai.completion.0.content": "four",
    }
    [request] = decode(encode([span(LEAST | content)]), OPTIONS)
    assert (request.input_chars, request.output_chars) == (6, 4)


@ENCODINGS
def test_a_batch_without_spans_is_skipped(encode, decode):
    assert decode(encode([]), OPTIONS) == [Skipped(reason="no_spans")]


@pytest.mark.parametrize(
    "message", [b"{", b'{"resourceSpans": 1}', b'{"resourceSpans": [{"scopeSpans": [{"spans": [[]]}]}]}']
)
def test_broken_json_is_rejected(message):
    [outcome] = otlp_json.decode(message, OPTIONS)
    assert isinstance(outcome, Rejected)


def test_numbers_in_json_may_be_text_and_are_bounded():
    def message(value):
        attribute = {"key": "gen_ai.usage.input_tokens", "value": value}
        one = json.loads(json_([span(LEAST)]))
        one["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"].append(attribute)
        return json.dumps(one).encode()

    [request] = otlp_json.decode(message({"intValue": 12}), OPTIONS)
    assert request.input_tokens == 12
    reasons = [
        [outcome.reason for outcome in otlp_json.decode(message(value), OPTIONS)[1:]]
        for value in ({"intValue": "x"}, {"intValue": "9" * 25}, {"doubleValue": "NaN"}, {"doubleValue": "x"})
    ]
    assert reasons == [["wrong_type:input_tokens"], ["out_of_range:input_tokens"], [], ["wrong_type:input_tokens"]]


def test_values_nested_without_end_are_rejected():
    levels = 300
    deep = '{"arrayValue":{"values":[' * levels + "]}}" * levels
    message = json_([span(LEAST | {"gen_ai.input.messages": "deep"})]).replace(
        b'{"stringValue": "deep"}', deep.encode()
    )
    [outcome] = otlp_json.decode(message, OPTIONS)
    assert outcome.reason == "too_deep"


def test_what_is_no_protobuf_is_rejected():
    [outcome] = otlp_proto.decode(b"\x0a\xff\xff", OPTIONS)
    assert outcome.reason == "invalid_protobuf"


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_have_is_unknown(written):
    batch = json_([span({"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "m",
                         "gen_ai.request.temperature": 0.125, "gen_ai.usage.input_tokens": 7})])  # fmt: skip
    [request] = otlp_json.decode(batch.replace(b"0.125", written.encode()), DecodeOptions())
    assert (request.temperature, request.input_tokens) == (None, 7)
