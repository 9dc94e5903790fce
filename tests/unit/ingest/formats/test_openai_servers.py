"""Chat Completions as the servers of OpenAI's API write them."""

import json

import pytest

from .readings import TIME, decoded, known, read, skipped

ANSWER = {
    "id": "c-1",
    "object": "chat.completion",
    "created": TIME,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}],
}
USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


def answer(usage=None, **changed):
    return ANSWER | {"usage": USAGE | (usage or {})} | changed


@pytest.mark.parametrize(
    ("message", "mark"),
    [
        (answer(x_groq={"id": "r"}), "groq"),
        (answer(id="gen-1", provider="Anthropic", usage={"cost": 0.0045}), "openrouter"),
        (answer(choices=[ANSWER["choices"][0] | {"native_finish_reason": "end_turn"}]), "openrouter"),
        (answer(prompt_filter_results=[]), "azure"),
        (answer(choices=[ANSWER["choices"][0] | {"content_filter_results": {}}]), "azure"),
        (answer({"prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 997}), "deepseek"),
        (answer({"num_sources_used": 0}), "x_ai"),
        (answer({"search_context_size": "low"}), "perplexity"),
        (answer(model="accounts/fireworks/models/m"), "fireworks_ai"),
        (answer(system_fingerprint="fp_ollama"), "ollama"),
        (answer(system_fingerprint="vllm-0.32.0-0a1b2c3d"), "vllm"),
        (answer(time_info={"total_time": 0.5}), "cerebras"),
        (answer(prompt=[]), "together_ai"),
        (answer(choices=[ANSWER["choices"][0] | {"matched_stop": 128009}]), "sglang"),
        (answer(timings={"predicted_n": 100, "predicted_ms": 900.0}), "llama_cpp"),
        (answer(system_fingerprint="b5478-f5cd27b7"), "llama_cpp"),
        (answer(system_fingerprint="3.3.4-sha-a094729"), "tgi"),
        (answer(system_fingerprint="3.0.0-native"), "tgi"),
        (answer(metrics={"time_to_first_token_ms": 40.0}), "vllm"),
        (answer(model_info={"quant": "Q4_K_M"}, runtime={"name": "llama.cpp"}), "lm_studio"),
    ],
)
def test_a_server_shows_itself_by_what_only_it_writes(message, mark):
    assert read(message).marks[0] == mark


def test_metrics_of_others_are_not_those_of_vllm():
    assert read(answer(metrics={"predict_time": 1.4})).marks == ()


def test_a_stream_is_known_by_its_second_chunk_too():
    """Azure's first chunk has the prompt's filter results and no object."""
    first = {"choices": [], "object": "", "prompt_filter_results": [{"prompt_index": 0}]}
    chunk = {"object": "chat.completion.chunk", "created": TIME, "model": "m"}
    end = chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    events = [first, end, chunk | {"choices": [], "usage": USAGE}]
    assert known({"response": events}, "finish_reason", "output_tokens") == ("stop", 100)
    assert read({"response": events}).marks == ("azure",)


def test_a_refused_request_has_the_status_within_its_error():
    error = {"code": "content_filter", "status": 400, "type": None}
    failed = {"time": TIME, "request": {"model": "m"}, "response": {"error": error}}
    assert known(failed, "status", "http_status", "error_type") == ("error", 400, "content_filter")


def test_a_plain_answer_shows_nobody():
    reading = read(answer())
    assert (reading.marks, reading.fields["provider"], reading.unread) == ((), "openai", ())


def test_a_provider_named_beside_a_pair_is_believed_more_than_marks():
    reading = read({"response": answer(x_groq={"id": "r"}), "provider": "own"})
    assert (reading.marks, reading.fields["provider"]) == ((), "own")


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 7}}, 7),
        ({"prompt_cache_hit_tokens": 7}, 7),
        ({"cached_tokens": 7}, 7),
        ({"cache_read_input_tokens": 7}, 7),
        ({"prompt_tokens_details": None}, None),
    ],
)
def test_cached_tokens_by_any_of_their_names(usage, cached):
    assert known(answer(usage), "cached_input_tokens", "input_tokens") == (cached, 1000)


def test_gateways_repeat_counts_as_zeros_under_other_names():
    assert known(answer({"input_tokens": 0, "output_tokens": 0}), "input_tokens", "output_tokens") == (1000, 100)


def test_audio_and_reasoning_are_parts():
    usage = {
        "prompt_tokens_details": {"audio_tokens": 9},
        "completion_tokens_details": {"audio_tokens": 34, "reasoning_tokens": 2},
    }
    names = ("input_audio_tokens", "output_audio_tokens", "reasoning_tokens", "total_tokens")
    assert known(answer(usage), *names) == (9, 34, 2, 1100)


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"cost": 0.0045, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}, 0.0045),
        ({"cost": {"input_tokens_cost": 0.001, "request_cost": 0.005, "total_cost": 0.006}}, 0.006),
        ({"estimated_cost": 0.002}, 0.002),
        ({"cost_in_usd_ticks": 318_319_000}, 0.0318319),
        ({}, None),
    ],
)
def test_the_cost_that_an_answer_states(usage, cost):
    reading = read(answer(usage))
    assert reading.fields["cost_usd"] == (cost if cost is None else pytest.approx(cost))
    assert reading.unread == ()


def test_with_a_key_of_one_s_own_the_bill_has_two_parts():
    own = {"cost": 0.01, "is_byok": True}
    assert known(answer(own | {"cost_details": {"upstream_inference_cost": 0.2}}), "cost_usd") == (pytest.approx(0.21),)
    assert known(answer(own), "cost_usd") == (None,)


def test_a_usage_key_that_nothing_reads_is_named():
    used = {"num_search_queries": 3, "citation_tokens": 0, "prompt_tokens_details": {"video_tokens": 5}}
    assert read(answer(used)).unread == ("usage.num_search_queries", "usage.prompt_tokens_details.video_tokens")
    made = {"completion_tokens_details": {"image_tokens": 12}, "prompt_tokens_details": {"image_tokens": 8}}
    assert read(answer(made)).unread == ("usage.completion_tokens_details.image_tokens",)


def test_timings_that_servers_measure():
    groq = answer({"queue_time": 0.03, "prompt_time": 0.01, "completion_time": 0.4, "total_time": 0.41})
    assert known(groq, "duration_s") == (pytest.approx(0.44),)
    assert known(answer(time_info={"total_time": 0.5}), "duration_s") == (0.5,)
    sambanova = answer({"time_to_first_token": 0.1, "total_latency": 0.9})
    assert known(sambanova, "time_to_first_token_s", "duration_s") == (0.1, 0.9)


def test_a_choice_with_an_error_is_a_failed_request():
    failing = answer(choices=[{"error": {"code": 502, "message": "secret"}, "message": {"content": ""}}])
    assert known(failing, "status") == ("error",)


def test_embeddings_have_no_time_of_their_own():
    body = {"object": "list", "model": "e", "data": [{"object": "embedding", "embedding": [0.1]}], "usage": USAGE}
    names = ("operation", "input_tokens", "time", "request_model")
    pair = {"time": TIME, "request": {"model": "text-embedding-3-small", "input": ["words"]}, "response": body}
    assert known(pair, *names) == ("embeddings", 1000, TIME, "text-embedding-3-small")


def chunk(usage=None, **choice):
    choices = [{"index": 0, "delta": {"content": ""}} | choice] if choice else []
    return ANSWER | {"object": "chat.completion.chunk", "choices": choices, "usage": usage}


def test_the_last_chunk_of_a_stream_is_the_request():
    reading = read(chunk(USAGE))
    names = ("input_tokens", "output_tokens", "finish_reason", "stream", "output_chars", "time")
    assert [reading.fields.get(name) for name in names] == [1000, 100, None, True, None, TIME]
    assert known(chunk(USAGE, finish_reason="stop"), "finish_reason") == ("stop",)


@pytest.mark.parametrize("message", [chunk(), chunk(None, finish_reason="stop"), chunk(USAGE, finish_reason=None)])
def test_other_chunks_are_skipped_even_with_the_usage_so_far(message):
    assert skipped(message) == "stream_chunk"


def test_openrouter_s_last_chunk_has_a_choice_that_does_not_end():
    assert known(chunk(USAGE | {"cost": 0.1}, finish_reason=None, native_finish_reason=None), "cost_usd") == (0.1,)


def test_a_pair_may_hold_all_chunks():
    chunks = [
        chunk(None, delta={"content": "wo"}),
        chunk(None, delta={"content": "rd", "tool_calls": [{"index": 0}]}),
        chunk(None, delta={"tool_calls": [{"index": 0}, {"index": 1}]}, finish_reason="tool_calls"),
        chunk(USAGE),
    ]
    names = ("output_chars", "tool_calls", "finish_reason", "output_tokens", "stream")
    assert known({"request": {"model": "m"}, "response": chunks}, *names) == (4, 2, "tool_calls", 100, True)


def test_a_pair_may_hold_the_text_of_server_sent_events():
    text = f"data: {json.dumps(chunk({'prompt_tokens': 5}))}"
    pair = {"request": {"model": "m"}, "response": {"status": 200, "body": f"{text}\n\ndata: [DONE]\n"}}
    assert known(pair, "input_tokens", "http_status") == (5, 200)


def test_gemini_hides_its_thoughts_in_the_total():
    [request] = decoded(answer({"total_tokens": 1300}, model="gemini-2.5-flash"))
    assert (request.provider, request.output_tokens, request.reasoning_tokens) == ("gcp.gemini", 300, 200)
    assert request.cost_doubt is None
    [request] = decoded(answer(model="gemini-2.5-flash"))
    assert (request.output_tokens, request.reasoning_tokens) == (100, None)
    reported = {"total_tokens": 1300, "completion_tokens": 300, "completion_tokens_details": {"reasoning_tokens": 200}}
    [request] = decoded(answer(reported, model="google/gemini-2.5-flash"))
    assert (request.output_tokens, request.reasoning_tokens) == (300, 200)


def test_lm_studio_says_when_the_first_token_came():
    stats = {"tokens_per_second": 51.4, "time_to_first_token": 0.111, "generation_time": 0.954}
    assert known(answer(stats=stats), "time_to_first_token_s", "duration_s") == (0.111, None)


IMAGES = {"input_tokens": 50, "output_tokens": 4160, "total_tokens": 4210, "input_tokens_details": {"image_tokens": 40}}
SPEECH = {"type": "tokens", "input_tokens": 14, "input_token_details": {"audio_tokens": 14}, "output_tokens": 45}


@pytest.mark.parametrize(
    ("response", "operation", "counts", "unread"),
    [
        ({"data": [{"b64_json": "aa"}], "usage": IMAGES}, "image_generation", (50, 4160, None), 1),
        ({"text": "words", "usage": SPEECH}, "transcription", (14, 45, 14), 0),
    ],
)
def test_images_and_sound_that_count_tokens(response, operation, counts, unread):
    reading = read({"time": TIME, "request": {"model": "m"}, "response": response})
    names = ("input_tokens", "output_tokens", "input_audio_tokens")
    assert (reading.fields["operation"], reading.fields["provider"]) == (operation, "openai")
    assert tuple(reading.fields.get(name) for name in names) == counts
    assert len(reading.unread) == unread
