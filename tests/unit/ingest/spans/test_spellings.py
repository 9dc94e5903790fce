"""One quantity in the spellings of the tools that write it."""

import json

import pytest

from coagent.domain.rejected import Noted, Skipped
from tests.unit.ingest.otlp_messages import START_NANO

from .one_span import outcomes_of, request_of

CHAT = {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}
TOKENS = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100}

SPELLINGS = {
    "cached_input_tokens": [
        "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cached_tokens",
        "gen_ai.usage.input_tokens.cached", "gen_ai.usage.details.cached_tokens", "gen_ai.usage.cached_input_tokens",
        "gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_read_input_tokens",
        "gen_ai.usage.prompt_token_details.cached_tokens", "gen_ai.usage.prompt_tokens_details.cached_tokens",
        "gen_ai.usage.input_tokens_details.cached_tokens", "gen_ai.usage.input_token_details.cache_read",
        "gen_ai.usage.cache_read_tokens", "gen_ai.usage.prompt_tokens.cached", "gen_ai.usage.cache_hit_tokens",
        "gen_ai.usage.prompt_cache_hit_tokens", "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input", "llm.usage.cache_read_input_tokens", "ai.usage.cachedInputTokens",
        "llm.usage.cached_tokens", "ai.usage.inputTokenDetails.cacheReadTokens", "gen_ai.usage.cacheReadInputTokens",
        "gen_ai.usage.cached_content_token_count",
    ],
    "cache_write_tokens": [
        "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_input_tokens",
        "gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.cache_creation_tokens",
        "gen_ai.usage.cache_write_tokens",
        "gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write", "ai.usage.inputTokenDetails.cacheWriteTokens",
        "gen_ai.usage.input_token_details.cache_creation", "llm.usage.cache_creation_input_tokens",
    ],
    "cache_write_1h_tokens": [
        "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens", "gen_ai.usage.cache_write_1h_tokens",
        "gen_ai.usage.ephemeral_1h_input_tokens", "gen_ai.usage.details.cache_creation_1h_tokens",
        "gen_ai.usage.cacheCreation1hInputTokens",
    ],
    "reasoning_tokens": [
        "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning",
        "gen_ai.usage.details.reasoning_tokens", "gen_ai.usage.completion_tokens_details.reasoning_tokens",
        "gen_ai.usage.output_tokens_details.reasoning_tokens", "gen_ai.usage.output_token_details.reasoning",
        "gen_ai.usage.thoughts_token_count", "gen_ai.usage.details.thoughts_tokens", "ai.usage.reasoningTokens",
        "ai.usage.outputTokenDetails.reasoningTokens", "llm.usage.reasoning_tokens", "gen_ai.usage.thinking_tokens",
        "llm.token_count.completion_details.reasoning", "gen_ai.usage.reasoning_output_tokens",
    ],
    "input_audio_tokens": [
        "gen_ai.usage.input_audio_tokens", "llm.token_count.prompt_details.audio", "gen_ai.usage.audio_input_tokens",
        "gen_ai.usage.prompt_tokens_details.audio_tokens", "gen_ai.usage.details.input_audio_tokens",
    ],
    "output_audio_tokens": [
        "gen_ai.usage.output_audio_tokens", "llm.token_count.completion_details.audio",
        "gen_ai.usage.completion_tokens_details.audio_tokens", "gen_ai.usage.details.output_audio_tokens",
    ],
    "cost_usd": [
        "gen_ai.usage.cost", "gen_ai.usage.total_cost", "operation.cost", "llm.cost.total", "gen_ai.cost.total_cost",
        "gen_ai.usage.cost_usd", "llm.usage.total_cost", "gen_ai.usage.cost.total", "llm.usage.cost",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in SPELLINGS.items() for name in names])
def test_a_part_of_the_usage_is_read_in_every_spelling(field, name):
    value = 0.5 if field == "cost_usd" else 60
    [request] = [one for one in outcomes_of(CHAT | TOKENS | {name: value}) if not isinstance(one, Noted)]
    assert getattr(request, field) == value
    assert (request.input_tokens, request.output_tokens, request.cost_doubt) == (1000, 100, None)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"),
        ("gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens"),
        ("llm.token_count.prompt", "llm.token_count.completion"),
        ("ai.usage.inputTokens", "ai.usage.outputTokens"),
        ("ai.usage.promptTokens", "ai.usage.completionTokens"),
        ("llm.usage.prompt_tokens", "llm.usage.completion_tokens"),
        ("gen_ai.response.prompt_tokens", "gen_ai.response.completion_tokens"),
        ("gen_ai.usage.inputTokens", "gen_ai.usage.outputTokens"),
        ("gen_ai.usage.prompt_token_count", "gen_ai.usage.candidates_token_count"),
    ],
)
def test_input_and_output_are_read_in_every_spelling(given, made):
    request = request_of(CHAT | {given: 12, made: 3})
    assert (request.input_tokens, request.output_tokens) == (12, 3)


@pytest.mark.parametrize(
    "more",
    [
        {"gen_ai.usage.total_tokens": 1100},
        {"gen_ai.usage.input_cost": 0.001, "gen_ai.usage.output_cost": "x"},
        {"gen_ai.usage.output_tokens_per_second": 66.5},
        {"gen_ai.usage.details.cache_hit_rate": 0.5},
        {"gen_ai.usage.details.accepted_prediction_tokens": 4},
        {"gen_ai.usage.prompt_tokens_details": json.dumps({"text_tokens": 1000})},
        {"gen_ai.usage.num_sequences": 1},
        {"gen_ai.usage.something_new": 0},
        {"gen_ai.usage.something_new": ""},
        {"gen_ai.usage.cached_tokens": 0},
        {"llm.cost.prompt_details.cache_read": 0.0001},
    ],
)
def test_what_changes_no_price_is_not_noted(more):
    [request] = outcomes_of(CHAT | TOKENS | more)
    assert (request.cost_doubt, request.cost_usd) == (None, None)


@pytest.mark.parametrize(
    "name", ["gen_ai.usage.web_search_requests", "llm.token_count.video_frames", "ai.usage.sessionUnits"]
)
def test_what_counts_something_unknown_is_noted_and_puts_the_price_in_doubt(name):
    request, note = outcomes_of(CHAT | TOKENS | {name: 3})
    assert note.reason == f"unread:{name}"
    assert request.cost_doubt == "unread_usage"


def test_the_best_spelling_wins_in_any_order():
    worse = {"gen_ai.usage.details.input_tokens": 5, "llm.usage.prompt_tokens": 7, "gen_ai.usage.prompt_tokens": 9}
    for attributes in (CHAT | worse | TOKENS, TOKENS | worse | CHAT):
        assert request_of(attributes).input_tokens == 1000
    assert request_of(CHAT | worse).input_tokens == 9
    assert request_of(CHAT | {"gen_ai.usage.input_tokens": "", "llm.usage.prompt_tokens": 7}).input_tokens == 7


def test_whole_usage_objects_are_read():
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 800}}
    for written in (usage, json.dumps(usage)):
        request = request_of(CHAT | {"gen_ai.usage": written})
        assert (request.input_tokens, request.cached_input_tokens, request.output_tokens) == (1000, 800, 100)


def test_details_as_an_object_are_no_count_of_their_own():
    details = {"gen_ai.usage.input_token_details": json.dumps({"cache_read": 800, "audio": 7})}
    request = request_of(CHAT | TOKENS | details)
    assert (request.input_tokens, request.cached_input_tokens, request.input_audio_tokens) == (1000, 800, 7)


def test_langfuse_observations_are_read():
    request = request_of(
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": "claude-sonnet-4-5",
            "langfuse.observation.model.parameters": json.dumps({"temperature": 0.5, "max_tokens": 64}),
            "langfuse.observation.usage_details": json.dumps(
                {"input": 200, "output": 100, "input_cache_read": 800, "total": 1100}
            ),
            "langfuse.observation.cost_details": json.dumps({"input": 0.01, "total": 0.5}),
            "langfuse.observation.completion_start_time": json.dumps("2026-07-01T12:00:00.750000Z"),
            "gen_ai.system": "anthropic",
        }
    )
    assert (request.request_model, request.temperature, request.max_tokens) == ("claude-sonnet-4-5", 0.5, 64)
    assert (request.input_tokens, request.cached_input_tokens, request.output_tokens) == (1000, 800, 100)
    assert (request.cost_usd, request.time_to_first_token_s) == (0.5, pytest.approx(0.5))


def test_openinference_spans_are_read():
    request = request_of(
        {
            "openinference.span.kind": "LLM",
            "llm.provider": "azure",
            "llm.system": "openai",
            "llm.model_name": "gpt-4o",
            "llm.invocation_parameters": json.dumps({"temperature": 0.1, "max_completion_tokens": 9, "seed": 4}),
            "llm.token_count.prompt": 12,
            "llm.token_count.completion": 3,
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "abc",
            "llm.output_messages.0.message.content": "four",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
        }
    )
    assert request.provider == "azure"
    assert (request.temperature, request.max_tokens, request.seed) == (0.1, 9, 4)
    assert (request.input_chars, request.output_chars, request.tool_calls) == (3, 4, 1)


def test_mlflow_spans_are_read():
    request = request_of(
        {
            "mlflow.spanType": '"CHAT_MODEL"',
            "mlflow.llm.model": '"gpt-4o"',
            "mlflow.llm.provider": '"openai"',
            "mlflow.chat.tokenUsage": json.dumps({"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}),
            "mlflow.llm.cost": json.dumps({"input_cost": 0.1, "total_cost": 0.25}),
        }
    )
    assert (request.input_tokens, request.output_tokens, request.cost_usd) == (12, 3, 0.25)
    assert (request.provider, request.request_model) == ("openai", "gpt-4o")


def test_genkit_models_are_read():
    output = {"finishReason": "stop", "usage": {"inputTokens": 12, "outputTokens": 3, "thoughtsTokens": 1}}
    request = request_of(
        {
            "genkit:type": "action",
            "genkit:metadata:subtype": "model",
            "genkit:name": "googleai/gemini-2.5-flash",
            "genkit:output": json.dumps(output),
        }
    )
    assert (request.request_model, request.finish_reason) == ("gemini-2.5-flash", "stop")
    assert (request.input_tokens, request.output_tokens) == (12, 3)


def test_costs_of_parts_add_up_where_there_is_no_total():
    parts = {"llm.cost.prompt": "0.25", "llm.cost.completion": 0.5}
    assert request_of(CHAT | TOKENS | parts).cost_usd == 0.75
    assert request_of(CHAT | TOKENS | parts | {"llm.cost.total": 0.8}).cost_usd == 0.8


@pytest.mark.parametrize(
    ("more", "endpoint"),
    [
        ({"server.address": "api.x.ai", "server.port": 443}, "api.x.ai"),
        ({"server.address": "10.0.0.7", "server.port": "8000"}, "10.0.0.7:8000"),
        ({"url.full": "https://me:pw@api.x.ai:8443/v1?key=1"}, "api.x.ai:8443"),
        ({"gen_ai.openai.api_base": "https://api.deepseek.com/"}, "api.deepseek.com"),
        ({"net.peer.name": "api.x.ai"}, "api.x.ai"),
    ],
)
def test_the_host_is_read_without_what_a_url_holds_besides(more, endpoint):
    assert request_of(CHAT | more).endpoint == endpoint


@pytest.mark.parametrize(
    ("events", "first_token_s"),
    [
        ([("First Token Stream Event", {}, 250_000_000)], 0.25),
        ([("llm.content.completion.chunk", {}, 10**9), ("llm.content.completion.chunk", {}, 2 * 10**9)], 1.0),
        ([("ai.stream.firstChunk", {"ai.response.msToFirstChunk": 420.5})], 0.4205),
        ([("exception", {"exception.type": "TimeoutError"})], None),
    ],
)
def test_the_first_token_may_be_an_event(events, first_token_s):
    assert request_of(CHAT, events=events).time_to_first_token_s == first_token_s


def test_strands_writes_milliseconds_where_the_convention_has_seconds():
    ttft = {"gen_ai.server.time_to_first_token": 250}
    assert request_of(CHAT | ttft, scope="strands.telemetry.tracer").time_to_first_token_s == 0.25
    assert request_of(CHAT | {"gen_ai.server.time_to_first_token": 0.25}).time_to_first_token_s == 0.25


def test_counts_may_be_floats_and_texts():
    usage = {
        "gen_ai.usage.input_tokens": 1200.0,
        "gen_ai.usage.output_tokens": "100",
        "gen_ai.usage.cached_tokens": "7",
    }
    request = request_of(CHAT | usage)
    assert (request.input_tokens, request.output_tokens, request.cached_input_tokens) == (1200, 100, 7)


def test_an_exception_names_the_error_of_a_failed_span():
    failed = request_of(CHAT, status=2, events=[("exception", {"exception.type": "openai.RateLimitError"})])
    assert (failed.status, failed.error_type) == ("error", "openai.RateLimitError")
    assert request_of(CHAT | {"error.type": "429"}).http_status == 429


def test_claude_code_spans_are_read():
    request = request_of(
        {
            "model": "claude-sonnet-4-5-20250929",
            "input_tokens": 5,
            "output_tokens": 400,
            "cache_read_tokens": 128_955,
            "cache_creation_tokens": 1253,
            "ttft_ms": 250,
            "session.id": "s-1",
        },
        name="claude_code.llm_request",
    )
    assert (request.provider, request.input_tokens, request.cached_input_tokens) == ("anthropic", 130_213, 128_955)
    assert (request.time_to_first_token_s, request.conversation_id) == (0.25, "s-1")


@pytest.mark.parametrize(
    ("attributes", "values"),
    [
        ({"ai.model_id": "gpt-4o", "ai.prompt_tokens.used": 12, "ai.completion_tokens.used": 3, "ai.streaming": True},
         {"stream": True}),
        ({"langtrace.service.name": "Anthropic", "langtrace.service.type": "llm", "llm.model": "claude-sonnet-4-5",
          "llm.token.counts": '{"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}'},
         {"provider": "Anthropic"}),
        ({"langwatch.span.type": "llm", "gen_ai.request.model": "gpt-4o",
          "langwatch.metrics": '{"type": "json", "value": {"promptTokens": 12, "completionTokens": 3, "cost": 0.5}}'},
         {"cost_usd": 0.5}),
        ({"braintrust.span_attributes": '{"type": "llm", "name": "x"}', "braintrust.metadata": '{"model": "gpt-4o"}',
          "braintrust.metrics": '{"start": 1.5, "end": 3.0, "prompt_tokens": 12, "completion_tokens": 3, "tokens": 15, '
                                '"prompt_cached_tokens": 4, "time_to_first_token": 0.5}'},
         {"request_model": "gpt-4o", "cached_input_tokens": 4, "time_to_first_token_s": 0.5}),
        ({"gen_ai.request.model": "m", "gen_ai.model.provider": "groq", "gen_ai.usage.prompt_tokens": 12,
          "gen_ai.usage.completion_tokens": 3},
         {"provider": "groq"}),
        ({"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": '{"model": "gpt-4o", "messages": []}',
          "mlflow.chat.tokenUsage": '{"input_tokens": 12, "output_tokens": 3}'},
         {"request_model": "gpt-4o"}),
        ({"openinference.span.kind": "LLM", "llm.invocation_parameters": '{"model": "gpt-4o"}',
          "llm.token_count.prompt": 12, "llm.token_count.completion": 3},
         {"request_model": "gpt-4o"}),
        (CHAT | {"gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 3,
                 "copilot_chat.time_to_first_token": 250},
         {"time_to_first_token_s": 0.25}),
    ],
    ids=["sentry 1", "langtrace", "langwatch", "braintrust", "cloudflare", "mlflow", "invocation", "copilot"],
)  # fmt: skip
def test_a_tool_s_own_names_are_read(attributes, values):
    [request] = outcomes_of(attributes)
    assert (request.input_tokens, request.output_tokens) == (12, 3)
    assert {name: getattr(request, name) for name in values} == values


@pytest.mark.parametrize(
    ("costs", "cost_usd"),
    [
        ({"gen_ai.cost.input": 0.5, "gen_ai.cost.output": "0.25"}, 0.75),
        ({"gen_ai.usage.cost.input": 0.5, "gen_ai.usage.cost.output": 0.25}, 0.75),
        ({"gen_ai.usage.prompt_cost": 0.5, "gen_ai.usage.completion_cost": 0.25}, 0.75),
        ({"gen_ai.usage.cost": "$0.75"}, 0.75),
        ({"gen_ai.usage.cost": '{"input_cost": 0.5, "output_cost": 0.25}'}, 0.75),
        ({"gen_ai.usage.cost": '{"input_cost": 0.5, "total_cost": 0.75}'}, 0.75),
        ({"langfuse.observation.cost_details": '{"input": 0.5, "input_cache_read": 0.25}'}, 0.75),
        ({"langfuse.observation.cost_details": '{"input": 0.5, "total": 0.75}'}, 0.75),
        ({"gen_ai.usage.cost_details": '{"input": 0.5}'}, None),
    ],
)
def test_a_bill_in_parts_is_added_up(costs, cost_usd):
    assert request_of(CHAT | TOKENS | costs).cost_usd == cost_usd


VERCEL = {"ai.operationId": "ai.generateText.doGenerate", "ai.usage.inputTokens": 5, "ai.usage.outputTokens": 400}


@pytest.mark.parametrize(
    ("provider", "metadata", "values"),
    [
        ("anthropic.messages", {"anthropic": {"cacheReadInputTokens": 1000, "cacheCreationInputTokens": 10}},
         {"input_tokens": 1015, "cached_input_tokens": 1000, "cache_write_tokens": 10}),
        ("anthropic.messages",
         {"anthropic": {"usage": {"input_tokens": 5, "cache_read_input_tokens": 1000, "cache_creation_input_tokens": 10,
                                  "cache_creation": {"ephemeral_1h_input_tokens": 4}}}},
         {"input_tokens": 1015, "cache_write_tokens": 10, "cache_write_1h_tokens": 4}),
        ("amazon-bedrock", {"bedrock": {"usage": {"cacheReadInputTokens": 3, "cacheWriteInputTokens": 1}}},
         {"input_tokens": 9, "cached_input_tokens": 3, "cache_write_tokens": 1}),
        ("openai.chat", {"openai": {"cachedPromptTokens": 3, "reasoningTokens": 7, "serviceTier": "flex"}},
         {"input_tokens": 5, "cached_input_tokens": 3, "reasoning_tokens": 7, "service_tier": "flex"}),
        ("gateway", {"gateway": {"cost": "0.5", "routing": {"finalProvider": "x"}}}, {"cost_usd": 0.5}),
        ("openrouter", {"openrouter": {"usage": {"cost": 0.5, "promptTokensDetails": {"cachedTokens": 3}}}},
         {"cost_usd": 0.5, "cached_input_tokens": 3}),
        ("openai.chat", {"openai": {"usage": {"cost": 0.5}, "logprobs": [[{"token": "a"}]]}, "x": 3},
         {"cost_usd": None, "input_tokens": 5}),
    ],
)  # fmt: skip
def test_what_the_vercel_sdk_hands_through_is_read(provider, metadata, values):
    model = {"ai.model.id": "m", "ai.model.provider": provider}
    [request] = outcomes_of(VERCEL | model | {"ai.response.providerMetadata": json.dumps(metadata)})
    assert {name: getattr(request, name) for name in values} == values


@pytest.mark.parametrize("written", ["", "{", "[1]", "null", '{"openai": 3}', '{"openai": {"cachedPromptTokens": {}}}'])
def test_metadata_that_says_nothing_changes_nothing(written):
    model = {"ai.model.id": "m", "ai.model.provider": "openai.chat"}
    [request] = outcomes_of(VERCEL | model | {"ai.response.providerMetadata": written})
    assert (request.input_tokens, request.cached_input_tokens) == (5, None)


@pytest.mark.parametrize(
    ("reasoning", "output_tokens"),
    [("gen_ai.usage.experimental.reasoning_tokens", 140), ("gen_ai.usage.reasoning.output_tokens", 100)],
)
def test_google_s_agents_count_reasoning_beside_output_until_they_say_otherwise(reasoning, output_tokens):
    agent = {"gen_ai.system": "gcp.vertex.agent", "gen_ai.request.model": "gemini-2.5-pro", reasoning: 40}
    beside = {"gen_ai.usage.experimental.system_instruction_tokens": 5}
    [request] = outcomes_of(agent | TOKENS | beside, name="call_llm", scope="gcp.vertex.agent")
    assert (request.provider, request.output_tokens) == ("gcp.gemini", output_tokens)


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        (("gen_ai.client.inference.operation.details", TOKENS), "input_tokens", 1000),
        (("gen_ai.client.inference.operation.details", {"gen_ai.response.finish_reasons": ["stop"]}),
         "finish_reason", "stop"),
        (("gen_ai.choice", {"finish_reason": "stop", "index": 0}), "finish_reason", "stop"),
        (("gen_ai.choice", {"gen_ai.event.content": '{"finish_reason": "stop"}'}), "finish_reason", "stop"),
        (("gen_ai.choice", {"gen_ai.event.content": "cut {"}), "finish_reason", None),
    ],
)  # fmt: skip
def test_an_event_fills_in_what_its_span_does_not_say(event, field, value):
    assert getattr(request_of(CHAT, events=[event]), field) == value
    said = request_of(
        CHAT | {"gen_ai.usage.input_tokens": 7, "gen_ai.response.finish_reasons": ["length"]}, events=[event]
    )
    assert (said.input_tokens, said.finish_reason) == (7, "length")


def test_a_service_may_name_its_provider_once_for_all_its_spans():
    request = request_of(
        {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m"}, resource={"gen_ai.system": "groq"}
    )
    assert request.provider == "groq"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("gen_ai.prompt_tokens", "gen_ai.completion_tokens"),
        ("llm.tokens.prompt", "llm.tokens.completion"),
        ("gen_ai.token_count.input", "gen_ai.token_count.output"),
        ("usage.input_tokens", "usage.output_tokens"),
        ("input_tokens", "output_tokens"),
        ("prompt_tokens", "completion_tokens"),
    ],
)
def test_hand_made_names_are_read_beside_names_of_a_model(given, made):
    request = request_of(CHAT | {given: 12, made: 3})
    assert (request.input_tokens, request.output_tokens) == (12, 3)


@pytest.mark.parametrize(
    "name", ["gen_ai.prompt_tokens_details.cached_tokens", "gen_ai.cached_tokens", "cached_tokens"]
)
def test_hand_made_names_of_the_cache_are_read(name):
    assert request_of(CHAT | TOKENS | {name: 800}).cached_input_tokens == 800


@pytest.mark.parametrize("name", ["llm.token_budget", "gen_ai.conversation.total_tokens", "gen_ai.agent.input_tokens"])
def test_tokens_of_something_else_are_neither_read_nor_in_the_way_of_a_price(name):
    [request] = outcomes_of(CHAT | TOKENS | {name: 5000})
    assert (request.input_tokens, request.cost_doubt) == (1000, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gen_ai.response.ttft", 0.25),
        ("gen_ai.client.time_to_first_token", 0.25),
        ("llm.ttft_ms", 250),
        ("ai.ttft_s", 0.25),
    ],
)
def test_the_time_to_the_first_token_is_read_under_other_names(name, value):
    assert request_of(CHAT | {name: value}).time_to_first_token_s == 0.25
    assert request_of(CHAT | {name: value, "gen_ai.response.time_to_first_chunk": 0.5}).time_to_first_token_s == 0.5


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("provider", "provider", "groq"), ("gen_ai.provider_name", "provider", "groq"), ("model", "request_model", "m"),
        ("gen_ai.model.name", "request_model", "m"), ("total_cost", "cost_usd", 0.5),
        ("gen_ai.finish_reason", "finish_reason", "stop"),
    ],
)  # fmt: skip
def test_other_names_of_a_hand_made_span_are_read(name, field, value):
    required = {"provider": "gen_ai.system", "request_model": "gen_ai.request.model"}
    others = {key: found for key, found in CHAT.items() if key != required.get(field)}
    assert getattr(request_of(others | {name: value}), field) == value


LOGFIRE = {
    "gen_ai.operation.name": "chat_completions",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "request_data": '{"model":"gpt-4o","stream":true,"messages":[]}',
}


def test_a_stream_that_logfire_reports_as_a_span_and_a_log_is_one_request():
    span = LOGFIRE | {"logfire.span_type": "span"}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 800}}
    log = LOGFIRE | {"logfire.span_type": "log", "duration": 1.25, "response_data": json.dumps({"usage": usage})}
    assert outcomes_of(span) == [Skipped(reason="repeated_call")]
    [request] = outcomes_of(log, duration_nano=0)
    assert (request.input_tokens, request.cached_input_tokens, request.output_tokens) == (1000, 800, 100)
    assert (request.duration_s, request.stream) == (1.25, True)
    assert request.time.timestamp() == pytest.approx(START_NANO / 1e9 - 1.25)


def test_what_logfire_reports_once_counts_once():
    assert request_of(LOGFIRE | {"logfire.span_type": "span"}, status=2).status == "error"
    assert request_of(LOGFIRE | TOKENS | {"logfire.span_type": "span"}).input_tokens == 1000
    whole = {
        "logfire.span_type": "span",
        "request_data": '{"model":"gpt-4o","messages":[{"content":"\\"stream\\":true"}]}',
    }
    assert request_of(LOGFIRE | whole).request_model == "gpt-4o"


CLAUDE = {"gen_ai.operation.name": "chat", "gen_ai.system": "anthropic", "gen_ai.request.model": "claude-sonnet-4-5"}


def test_logfire_s_spans_of_anthropic_s_client_count_either_way():
    cache = {"gen_ai.usage.cache_read.input_tokens": 800, "logfire.span_type": "span", "operation.cost": 0.5}
    apart = {"gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 100}
    assert request_of(CLAUDE | apart | cache, scope="logfire.anthropic").input_tokens == 1000
    assert request_of(CLAUDE | TOKENS | cache, scope="logfire.anthropic").input_tokens == 1000


def test_tools_tokens_are_part_of_pydantic_s_input():
    details = {"gen_ai.usage.details.tool_use_prompt_tokens": 10, "gen_ai.usage.details.text_prompt_tokens": 990}
    assert request_of(CHAT | TOKENS | details, scope="pydantic-ai").cost_doubt is None


PARTLY_CACHED = TOKENS | {"gen_ai.usage.cache_read_input_tokens": 800, "gen_ai.usage.total_tokens": 1100}


@pytest.mark.parametrize(
    ("scope", "model", "input_tokens"),
    [
        ("strands.telemetry.tracer", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", 1800),
        ("strands.telemetry.tracer", "claude-sonnet-4-5", 1800),
        ("strands.telemetry.tracer", "gpt-4o", 1000),
        ("opentelemetry.instrumentation.bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", 1800),
        ("opentelemetry.instrumentation.openai", "gpt-4o", 1000),
    ],
)
def test_who_hands_through_what_the_provider_counts_is_known(scope, model, input_tokens):
    request = request_of(CHAT | PARTLY_CACHED | {"gen_ai.request.model": model}, scope=scope)
    assert (request.input_tokens, request.cached_input_tokens) == (input_tokens, 800)


def test_google_s_thoughts_stand_beside_output():
    thoughts = {"gcp.gen_ai.usage.thoughts_token_count": 40}
    assert request_of(CHAT | TOKENS | thoughts).output_tokens == 140
    usage = {"google": {"usageMetadata": {"thoughtsTokenCount": 40, "totalTokenCount": 445}}}
    model = {"ai.model.id": "gemini-2.5-pro", "ai.model.provider": "google.generative-ai"}
    [request] = outcomes_of(VERCEL | model | {"ai.response.providerMetadata": json.dumps(usage)})
    assert (request.output_tokens, request.reasoning_tokens) == (440, 40)


@pytest.mark.parametrize("name", ["gen_ai.usage.openai.cached_input_tokens", "gen_ai.usage.prompt/cached_tokens"])
def test_a_provider_s_name_within_a_usage_key_changes_nothing(name):
    assert request_of(CHAT | TOKENS | {name: 800}).cached_input_tokens == 800
