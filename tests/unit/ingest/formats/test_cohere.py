"""Cohere's chat API, and the own APIs of llama.cpp and text-generation-inference."""

import pytest

from .readings import TIME, known, read, refused

V2 = {
    "id": "c-1",
    "finish_reason": "MAX_TOKENS",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "words"}], "tool_calls": [{"id": "t"}]},
    "usage": {
        "billed_units": {"input_tokens": 5, "output_tokens": 418},
        "tokens": {"input_tokens": 71, "output_tokens": 418},
    },
}
V1 = {
    "response_id": "r",
    "generation_id": "g",
    "text": "words",
    "finish_reason": "COMPLETE",
    "meta": {"billed_units": {"input_tokens": 5, "output_tokens": 20}},
}
REQUEST = {"model": "command-a-03-2025", "messages": [{"role": "user", "content": "four"}], "p": 0.9}


def pair(response, **request):
    return {"time": TIME, "request": REQUEST | request, "response": response}


def test_what_is_billed_is_what_counts():
    names = ("provider", "request_model", "input_tokens", "output_tokens", "finish_reason", "top_p", "input_chars")
    assert known(pair(V2), *names) == ("cohere", "command-a-03-2025", 5, 418, "MAX_TOKENS", 0.9, 4)
    assert known(pair(V2), "output_chars", "tool_calls") == (5, 1)


def test_version_1():
    assert known(pair(V1), "input_tokens", "output_tokens", "output_chars", "request_id") == (5, 20, 5, "r")


def test_searches_cost_extra():
    searched = V1 | {"meta": {"billed_units": {"input_tokens": 5, "output_tokens": 20, "search_units": 1}}}
    assert read(pair(searched)).unread == ("usage.billed_units.search_units",)


def test_an_answer_alone_has_no_time():
    assert refused(V1)[0] == "without_time:cohere_response"


@pytest.mark.parametrize(
    "events",
    [
        [
            {"type": "message-start", "id": "c-1", "delta": {"message": {"role": "assistant"}}},
            {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "words"}}}},
            {"type": "message-end", "delta": {"finish_reason": "MAX_TOKENS", "usage": V2["usage"]}},
        ],
        [
            {"event_type": "stream-start", "generation_id": "g"},
            {"event_type": "stream-end", "response": V1 | {"meta": V2["usage"]}, "finish_reason": "COMPLETE"},
        ],
    ],
)
def test_a_stream_counts_in_its_last_event(events):
    assert known(pair(events), "provider", "input_tokens", "output_tokens", "stream") == ("cohere", 5, 418, True)


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        ({"results": [{"index": 0, "relevance_score": 0.9}], "meta": {"billed_units": {"search_units": 1}}}, "rerank"),
        ({"classifications": [{"id": "a"}], "meta": {"billed_units": {"classifications": 1}}}, "classification"),
    ],
)
def test_answers_of_other_endpoints_are_no_chat(answer, slug):
    assert refused(pair({"id": "x", **answer}))[0] == f"not_read:{slug}"


def test_embeddings_are_no_chat():
    answer = {"id": "e", "embeddings": {"float": [[0.1]]}, "meta": {"billed_units": {"input_tokens": 5}}}
    found = {"time": TIME, "request": {"model": "embed-v4.0", "texts": ["four"]}, "response": answer}
    names = ("provider", "request_model", "operation", "input_tokens", "output_tokens", "input_chars")
    assert known(found, *names) == ("cohere", "embed-v4.0", "embeddings", 5, None, 4)
    images = answer | {"meta": {"billed_units": {"images": 2}}}
    assert read(found | {"response": images}).unread == ("usage.billed_units.images",)


@pytest.mark.parametrize(
    ("reason", "status"),
    [("COMPLETE", "ok"), ("TOOL_CALL", "ok"), ("ERROR", "error"), ("ERROR_TOXIC", "error"), ("TIMEOUT", "error")],
)
def test_an_answer_that_an_error_ended_has_failed(reason, status):
    assert known(pair(V2 | {"finish_reason": reason}), "status") == (status,)
    end = {"type": "message-end", "delta": {"finish_reason": reason, "usage": V2["usage"]}}
    assert known(pair([{"type": "message-start", "id": "c-1"}, end]), "status") == (status,)


@pytest.mark.parametrize(
    "events",
    [
        [{"type": "message-start", "id": "c-1"}, {"type": "content-delta", "delta": {"message": {}}}],
        [{"event_type": "stream-start", "generation_id": "c-1"}, {"event_type": "text-generation", "text": "w"}],
        [{"type": "content-delta", "delta": {"message": {}}}],
    ],
)
def test_of_a_stream_that_was_cut_off_the_end_is_unknown(events):
    names = ("provider", "request_model", "stream", "status", "finish_reason", "output_tokens")
    assert known(pair(events), *names) == ("cohere", "command-a-03-2025", True, None, None, None)


def test_llama_cpp_counts_what_it_evaluated_and_predicted():
    answer = {"content": "words", "model": "qwen2.5", "tokens_predicted": 64, "tokens_evaluated": 12}
    found = {"time": TIME, "request": {"prompt": "four", "n_predict": 64}, "response": answer | {"stop_type": "limit"}}
    names = ("provider", "request_model", "input_tokens", "output_tokens", "max_tokens", "finish_reason", "input_chars")
    assert known(found, *names) == ("llama_cpp", "qwen2.5", 12, 64, 64, "limit", 4)


def test_sglang_counts_in_its_meta_info():
    meta = {"id": "a", "finish_reason": {"type": "length", "length": 32}, "prompt_tokens": 7, "completion_tokens": 32}
    answer = {"text": "words", "meta_info": meta | {"cached_tokens": 1, "e2e_latency": 0.35}}
    request = {"text": "four", "sampling_params": {"temperature": 0, "max_new_tokens": 32}}
    found = {"time": TIME, "request_model": "qwen2.5", "request": request, "response": answer}
    names = ("provider", "input_tokens", "cached_input_tokens", "output_tokens", "max_tokens", "finish_reason")
    assert known(found, *names) == ("sglang", 7, 1, 32, 32, "length")
    assert known(found, "duration_s", "input_chars", "output_chars") == (0.35, 4, 5)


def test_text_generation_inference_counts_the_prompt_at_a_stream_s_end():
    end = {
        "generated_text": "words",
        "details": {"finish_reason": "eos_token", "generated_tokens": 2, "input_length": 6},
    }
    events = [{"index": 1, "token": {"text": "wo"}, "generated_text": None, "details": None}, end]
    request = {"inputs": "four", "stream": True}
    found = {"time": TIME, "request_model": "m", "request": request, "response": events}
    names = ("provider", "stream", "input_tokens", "output_tokens", "finish_reason")
    assert known(found, *names) == ("tgi", True, 6, 2, "eos_token")


def test_text_generation_inference_counts_a_prompt_that_it_lists():
    details = {"finish_reason": "length", "generated_tokens": 20, "prefill": []}
    answer = {"generated_text": "words", "details": details}
    request = {"inputs": "four", "parameters": {"max_new_tokens": 20}}
    found = {"time": TIME, "request_model": "m", "request": request, "response": answer}
    names = ("provider", "request_model", "input_tokens", "output_tokens", "max_tokens", "finish_reason")
    assert known(found, *names) == ("tgi", "m", None, 20, 20, "length")
    listed = found | {"response": answer | {"details": details | {"prefill": [{"id": 1}, {"id": 2}]}}}
    assert known(listed, "input_tokens") == (2,)
