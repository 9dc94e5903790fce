"""Spans of a framework and of its client library that report one call."""

import pytest

from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.options import DecodeOptions
from tests.unit.ingest.otlp_messages import span

from .one_span import BOTH

CALL = {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}
USAGE = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}
ANSWER = {"gen_ai.response.id": "chatcmpl-4"}
OUTER, INNER, OTHER = "1" * 16, "2" * 16, "3" * 16


def outer(attributes, **more):
    return span(attributes, span_id=OUTER, **more)


def inner(attributes, span_id=INNER, parent=OUTER, after_nano=10**7, duration_nano=10**9, **more):
    return span(attributes, span_id=span_id, parent=parent, after_nano=after_nano, duration_nano=duration_nano, **more)


def outcomes(*spans):
    found = [decode(encode(list(spans)), DecodeOptions()) for encode, decode in BOTH]
    assert found[0] == found[1]
    return found[0]


def requests(*spans):
    return [one for one in outcomes(*spans) if isinstance(one, Request)]


def test_the_span_that_knows_more_stays_and_takes_what_only_the_other_knows():
    framework = CALL | USAGE | ANSWER | {"gen_ai.conversation.id": "c-1", "gen_ai.request.temperature": 0.5}
    client = (
        CALL
        | USAGE
        | ANSWER
        | {
            "server.address": "api.openai.com",
            "gen_ai.response.model": "gpt-4o-2024-08-06",
            "gen_ai.usage.cache_read.input_tokens": 800,
            "openai.response.service_tier": "flex",
            "gen_ai.request.max_tokens": 7,
        }
    )
    first, second = outcomes(outer(framework), inner(client))
    assert first == Skipped(reason="repeated_call", index=0)
    assert (second.conversation_id, second.temperature, second.endpoint) == ("c-1", 0.5, "api.openai.com")
    assert (second.cached_input_tokens, second.duration_s, second.request_id) == (800, 1.0, INNER)


def test_a_framework_that_knows_more_stays():
    framework = CALL | USAGE | ANSWER | {"gen_ai.conversation.id": "c-1", "gen_ai.request.temperature": 0.5}
    first, second = outcomes(outer(framework), inner(CALL | ANSWER))
    assert second == Skipped(reason="repeated_call", index=1)
    assert (first.request_id, first.input_tokens) == (OUTER, 1000)


def test_without_an_id_the_model_the_tokens_and_the_times_decide():
    assert len(requests(outer(CALL | USAGE), inner(CALL | USAGE | ANSWER))) == 1
    assert len(requests(outer(CALL | USAGE), inner(CALL | USAGE | {"gen_ai.request.model": "o3"}))) == 2
    assert len(requests(outer(CALL | USAGE), inner(CALL | USAGE, after_nano=10**10))) == 2


def test_the_same_counts_with_and_without_the_cache_agree():
    framework = CALL | {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}
    client = (
        CALL
        | ANSWER
        | {
            "gen_ai.usage.input_tokens": 200,
            "gen_ai.usage.output_tokens": 100,
            "gen_ai.usage.cache_read.input_tokens": 800,
        }
    )
    [request] = requests(outer(framework), inner(client))
    assert (request.input_tokens, request.cached_input_tokens) == (1000, 800)


def test_a_wrapper_without_counts_is_no_second_request():
    [request] = requests(outer(CALL), inner(CALL | USAGE | ANSWER))
    assert request.input_tokens == 1000


def test_a_retry_below_a_framework_s_span_counts():
    failed = inner(CALL | {"error.type": "429"}, span_id=OTHER, status=2, duration_nano=10**8)
    made = inner(CALL | USAGE | ANSWER, after_nano=3 * 10**8)
    found = requests(outer(CALL | USAGE | ANSWER), failed, made)
    assert [one.status for one in found] == ["error", "ok"]


def test_spans_side_by_side_with_one_answer_are_one_call():
    assert len(requests(outer(CALL | USAGE | ANSWER), inner(CALL | USAGE | ANSWER, parent=""))) == 1


@pytest.mark.parametrize(
    "other",
    [
        inner(CALL | USAGE | {"gen_ai.response.id": "chatcmpl-5"}),
        inner(CALL | USAGE | ANSWER, parent="", after_nano=10**10),
        inner(CALL | USAGE | ANSWER, trace_id="0" * 31 + "1"),
        inner(CALL | USAGE, parent=""),
    ],
    ids=["another answer", "an id used again later", "another trace", "side by side without an id"],
)
def test_other_calls_count_on_their_own(other):
    assert len(requests(outer(CALL | USAGE | ANSWER), other)) == 2


def test_spans_without_a_trace_are_never_compared():
    assert len(requests(*[span(CALL | USAGE | ANSWER, trace_id="") for _ in range(3)])) == 3


def test_three_reports_of_one_call_are_one_request():
    deepest = inner(CALL | USAGE | ANSWER, span_id=OTHER, parent=INNER, after_nano=2 * 10**7, duration_nano=10**8)
    assert len(requests(outer(CALL | USAGE), inner(CALL | USAGE), deepest)) == 1


MORE_TOKENS = {"gen_ai.usage.input_tokens": 2000, "gen_ai.usage.output_tokens": 200}
RICH = {f"gen_ai.request.{name}": 1 for name in ("temperature", "top_p", "max_tokens")} | {"gen_ai.agent.name": "a"}


@pytest.mark.parametrize("usage", [MORE_TOKENS, {"gen_ai.usage.input_tokens": 990, "gen_ai.usage.output_tokens": 97}])
@pytest.mark.parametrize("answer", [{}, ANSWER])
def test_a_wrapper_that_counts_otherwise_gives_way_to_the_span_below_it(usage, answer):
    [request] = requests(outer(CALL | RICH | usage | {"gen_ai.usage.cost": 9.0}), inner(CALL | USAGE | answer))
    assert (request.request_id, request.input_tokens, request.output_tokens) == (INNER, 1000, 100)
    assert (request.temperature, request.cost_usd) == (1, None)


@pytest.mark.parametrize("usage", [{}, USAGE, MORE_TOKENS])
@pytest.mark.parametrize("ids", [("", ""), ("chatcmpl-4", "chatcmpl-5")])
def test_two_calls_below_one_wrapper_are_two_whatever_it_counts(usage, ids):
    first = inner(CALL | USAGE | {"gen_ai.response.id": ids[0]}, duration_nano=10**8)
    second = inner(CALL | USAGE | {"gen_ai.response.id": ids[1]}, span_id=OTHER, after_nano=10**9, duration_nano=10**8)
    found = requests(outer(CALL | RICH | usage), first, second)
    assert [one.input_tokens for one in found] == [1000, 1000]


def test_a_failed_wrapper_of_two_failed_attempts_is_two_requests():
    failed = CALL | {"error.type": "429"}
    second = inner(failed, span_id=OTHER, after_nano=10**9, duration_nano=10**8, status=2)
    assert len(requests(outer(failed | RICH, status=2), inner(failed, duration_nano=10**8, status=2), second)) == 2


def test_counts_of_a_wrapper_serve_a_stream_that_has_none():
    [request] = requests(outer(CALL | USAGE | RICH), inner(CALL))
    assert request.input_tokens == 1000


def test_a_stream_may_end_after_its_wrapper():
    assert len(requests(outer(CALL | USAGE, duration_nano=10**8), inner(CALL | USAGE, duration_nano=10**9))) == 1


def test_a_gateway_s_own_name_of_the_model_is_no_other_model():
    alias = CALL | USAGE | {"gen_ai.request.model": "company-chat"}
    assert len(requests(outer(alias), inner(CALL | USAGE))) == 1
    assert len(requests(outer(alias | ANSWER), inner(CALL | MORE_TOKENS | ANSWER))) == 1
    assert len(requests(outer(alias), inner(CALL | MORE_TOKENS))) == 2


def test_reasoning_beside_output_is_taken_over_with_how_it_is_counted():
    model = {"gen_ai.request.model": "gemini-2.5-pro"}
    agent = model | USAGE | {"gen_ai.system": "gcp.vertex.agent", "gen_ai.usage.experimental.reasoning_tokens": 40}
    client = model | USAGE | {"gen_ai.operation.name": "generate_content", "gen_ai.system": "gemini"}
    [request] = requests(outer(agent, name="call_llm"), inner(client | {"gen_ai.response.model": "gemini-2.5-pro-1"}))
    assert (request.provider, request.output_tokens, request.reasoning_tokens) == ("gemini", 140, 40)


@pytest.mark.parametrize("below", [{"gen_ai.usage.input_tokens": 1000}, {"gen_ai.usage.input_tokens": 200}])
@pytest.mark.parametrize("parent", [OUTER, ""])
def test_a_wrapper_that_knows_nothing_of_the_cache_gives_way_to_the_span_that_does(below, parent):
    blind = CALL | RICH | USAGE | ANSWER | {"gen_ai.usage.cache_read.input_tokens": 0}
    client = CALL | USAGE | below | ANSWER | {"gen_ai.usage.cache_read.input_tokens": 800}
    [request] = requests(outer(blind), inner(client, parent=parent))
    assert (request.input_tokens, request.cached_input_tokens, request.temperature) == (1000, 800, 1)


def test_a_framework_s_name_gives_way_to_the_provider_that_the_client_names():
    framework = CALL | RICH | USAGE | {"gen_ai.system": "langchain", "gen_ai.usage.reasoning_tokens": 1}
    [request] = requests(outer(framework), inner(CALL | USAGE | {"gen_ai.system": "azure.ai.inference"}))
    assert (request.provider, request.reasoning_tokens) == ("azure.ai.inference", 1)
