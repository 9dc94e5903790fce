"""Which spans are requests."""

import pytest

from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import otlp_json
from coagent.ingest.options import DecodeOptions
from coagent.ingest.spans.slugs import MAX_CHARS, Slugs
from tests.unit.ingest.otlp_messages import json_, span

from .one_span import outcomes_of, request_of

MODEL = {"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}
USAGE = {"gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 3}
OUTER, INNER = "1" * 16, "2" * 16


@pytest.mark.parametrize(
    ("written", "operation"),
    [
        ("chat", "chat"),
        ("chat.completions", "chat"),
        ("ChatCompletions_Create", "chat"),
        ("gen_ai.chat", "chat"),
        ("responses", "chat"),
        ("messages", "chat"),
        ("message", "chat"),
        ("generate_text", "chat"),
        ("ai.generateText.doGenerate", "chat"),
        ("ai.streamText.doStream", "chat"),
        ("converse", "chat"),
        ("text_completion", "text_completion"),
        ("completion", "completion"),
        ("openai.chat", "chat"),
        ("anthropic.messages", "chat"),
        ("azure.openai.responses", "chat"),
        ("acompletion", "text_completion"),
        ("generateContent", "generate_content"),
        ("embeddings", "embeddings"),
        ("ai.embed.doEmbed", "embeddings"),
        ("llm_request", None),
    ],
)
def test_a_request_operation_is_known_in_any_spelling(written, operation):
    assert request_of(MODEL | {"gen_ai.operation.name": written}).operation == operation


@pytest.mark.parametrize(
    "marks",
    [
        {"gen_ai.operation.name": "invoke_agent"},
        {"gen_ai.operation.name": "execute_tool"},
        {"gen_ai.operation.name": "create_agent"},
        {"gen_ai.operation.name": "invoke_workflow"},
        {"gen_ai.operation.name": "retrieval"},
        {"ai.operationId": "ai.generateText"},
        {"ai.operationId": "ai.streamText"},
        {"ai.operationId": "ai.toolCall"},
        {"openinference.span.kind": "AGENT"},
        {"openinference.span.kind": "CHAIN"},
        {"openinference.span.kind": "TOOL"},
        {"openinference.span.kind": "RETRIEVER"},
        {"openinference.span.kind": "GUARDRAIL"},
        {"traceloop.span.kind": "workflow"},
        {"traceloop.span.kind": "task"},
        {"langfuse.observation.type": "span"},
        {"langsmith.span.kind": "chain"},
        {"mlflow.spanType": '"AGENT"'},
        {"sentry.op": "gen_ai.invoke_agent"},
        {"langtrace.service.type": "framework"},
        {"braintrust.span_attributes": '{"type": "score"}'},
    ],
)
def test_agents_tools_and_aggregates_are_none_though_they_carry_a_model_and_usage(marks):
    assert outcomes_of(MODEL | USAGE | marks) == [Skipped(reason="not_a_model_request")]


@pytest.mark.parametrize(
    "marks",
    [
        {"openinference.span.kind": "LLM"},
        {"openinference.span.kind": "EMBEDDING"},
        {"langfuse.observation.type": "generation"},
        {"langsmith.span.kind": "llm"},
        {"lmnr.span.type": "LLM"},
        {"mlflow.spanType": '"CHAT_MODEL"'},
        {"gen_ai.operation.name": "answer_question"},
        {"sentry.op": "gen_ai.chat"},
        {"sentry.op": "http.client"},
        {},
    ],
)
def test_a_model_and_usage_make_a_request(marks):
    assert request_of(MODEL | USAGE | marks).input_tokens == 12


def test_a_span_that_has_only_begun_is_no_request():
    begun = MODEL | {"gen_ai.operation.name": "chat", "logfire.span_type": "pending_span"}
    assert outcomes_of(begun) == [Skipped(reason="not_a_model_request")]
    assert request_of(begun | {"logfire.span_type": "span"}).request_model == "gpt-4o"


def test_a_provider_alone_makes_no_request():
    assert outcomes_of({"gen_ai.system": "openai"}) == [Skipped(reason="not_a_model_request")]


def test_usage_as_an_object_or_in_other_words_makes_a_request_too():
    unknown = {"gen_ai.operation.name": "answer_question", "gen_ai.request.model": "gpt-4o", "gen_ai.system": "openai"}
    assert request_of(unknown | {"gen_ai.usage": '{"prompt_tokens": 12}'}).input_tokens == 12
    assert request_of(unknown | {"gen_ai.usage.promptTokenCount": 12}).input_tokens == 12


def test_a_failed_call_without_usage_is_a_request():
    failed = request_of(MODEL | {"error.type": "timeout"}, status=2)
    assert (failed.status, failed.error_type, failed.input_tokens) == ("error", "timeout", None)


def test_an_unknown_operation_without_usage_is_counted_by_its_name():
    assert outcomes_of(MODEL | {"gen_ai.operation.name": "plan trip"}) == [Skipped(reason="operation:plan_trip")]
    [skipped] = outcomes_of({"gen_ai.operation.name": "x\n" * 400})
    assert len(skipped.reason) <= len("operation:") + MAX_CHARS
    assert skipped.reason.isprintable()


def test_names_in_reasons_are_bounded_in_number():
    slugs = Slugs("operation", limit=3)
    reasons = {slugs.slug(f"op{number}") for number in range(100)}
    assert reasons == {"operation:op0", "operation:op1", "operation:op2", "operation:(other)"}
    assert slugs.slug("op1") == "operation:op1"


def test_an_unknown_operation_above_a_request_is_an_aggregate():
    outer = span(MODEL | USAGE | {"gen_ai.operation.name": "answer_question"}, span_id=OUTER)
    tool = span({"name": "between"}, span_id="3" * 16, parent=OUTER)
    inner = span(MODEL | USAGE | {"gen_ai.operation.name": "chat"}, span_id=INNER, parent="3" * 16)
    first, second, third = otlp_json.decode(json_([outer, tool, inner]), DecodeOptions())
    assert (first, second) == (Skipped(reason="aggregate", index=0), Skipped(reason="not_genai", index=1))
    assert isinstance(third, Request)


def test_spans_that_name_each_other_as_parents_end():
    one = span(MODEL | USAGE, span_id=OUTER, parent=INNER)
    two = span(MODEL | USAGE, span_id=INNER, parent=OUTER)
    assert len(otlp_json.decode(json_([one, two]), DecodeOptions())) == 2


@pytest.mark.parametrize("attributes", [{}, {"http.request.method": "GET"}, {"model": "t-shirt"}, {"db.system": "x"}])
def test_spans_of_other_libraries_are_skipped(attributes):
    assert outcomes_of(attributes) == [Skipped(reason="not_genai")]


@pytest.mark.parametrize(
    "name", ["gen_ai.operation.name", "openinference.span.kind", "gen_ai.response.id", "error.type"]
)
@pytest.mark.parametrize("value", [["chat"], {"a": "b"}, 5, True, [[]]])
def test_a_mark_may_be_of_any_type(name, value):
    assert outcomes_of(MODEL | USAGE | {name: value}, resource={"service.name": value})
