import pytest

from .readings import TIME, known, read, refused, skipped

RESPONSE = {
    "candidates": [{"content": {"parts": [{"text": "words"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {
        "promptTokenCount": 264,
        "candidatesTokenCount": 104,
        "thoughtsTokenCount": 989,
        "totalTokenCount": 1357,
        "cachedContentTokenCount": 64,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 200}, {"modality": "AUDIO", "tokenCount": 64}],
    },
    "modelVersion": "gemini-2.5-pro",
    "responseId": "r",
    "createTime": "2026-07-01T12:00:00.250Z",
}
USAGE = RESPONSE["usageMetadata"]


def test_a_response_alone():
    reading = read(RESPONSE)
    expected = {
        "time": "2026-07-01T12:00:00.250Z", "provider": "gcp.gemini", "request_model": "gemini-2.5-pro",
        "input_tokens": 264, "output_tokens": 104, "reasoning_tokens": 989, "cached_input_tokens": 64,
        "input_audio_tokens": 64, "total_tokens": 1357, "finish_reason": "STOP", "output_chars": 5, "tool_calls": 0,
        "request_id": "r", "status": "ok",
    }  # fmt: skip
    assert {name: reading.fields[name] for name in expected} == expected
    assert (reading.input_excludes_cache, reading.output_excludes_reasoning, reading.unread) == (False, True, ())


def test_what_tools_brought_in_is_input():
    usage = USAGE | {"toolUsePromptTokenCount": 36, "totalTokenCount": 1393}
    assert known(RESPONSE | {"usageMetadata": usage}, "input_tokens") == (300,)


def test_a_pair_knows_the_request():
    request = {
        "contents": [{"role": "user", "parts": [{"text": "four"}]}],
        "systemInstruction": {"parts": [{"text": "brief"}]},
        "generationConfig": {"temperature": 0.2, "topP": 0.9, "maxOutputTokens": 50, "seed": 7,
                             "responseMimeType": "application/json"},
        "labels": {"task": "t"},
    }  # fmt: skip
    url = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/models/gemini-2.5-pro:generateContent"
    pair = {"url": url, "request": request, "response": RESPONSE | {"modelVersion": None}}
    names = ("temperature", "top_p", "max_tokens", "seed", "input_chars", "schema_valid", "request_model", "task")
    assert known(pair, *names) == (0.2, 0.9, 50, 7, 9, False, "gemini-2.5-pro", "t")
    assert known(pair, "provider") == ("gcp.vertex_ai",)


def test_the_spelling_of_google_s_python_library():
    body = {
        "candidates": [{"content": {"parts": [{"function_call": {}}]}, "finish_reason": "STOP"}],
        "usage_metadata": {"prompt_token_count": 5, "candidates_token_count": 6, "thoughts_token_count": 7},
        "model_version": "gemini-2.5-flash",
        "create_time": TIME,
    }
    names = ("input_tokens", "output_tokens", "reasoning_tokens", "tool_calls", "finish_reason", "time")
    assert known(body, *names) == (5, 6, 7, 1, "STOP", TIME)


def test_a_blocked_prompt_is_a_refusal():
    body = RESPONSE | {"candidates": [], "promptFeedback": {"blockReason": "SAFETY"}}
    assert known(body, "finish_reason", "refusal", "status") == ("SAFETY", True, "ok")


@pytest.mark.parametrize(
    ("traffic", "tier"),
    [("ON_DEMAND", None), ("ON_DEMAND_FLEX", "flex"), ("PROVISIONED_THROUGHPUT", "provisioned")],
)
def test_how_the_traffic_was_served(traffic, tier):
    assert known(RESPONSE | {"usageMetadata": USAGE | {"trafficType": traffic}}, "service_tier") == (tier,)


def test_what_costs_more_than_its_tokens_is_named():
    candidate = RESPONSE["candidates"][0] | {"groundingMetadata": {"webSearchQueries": ["secret"]}}
    usage = USAGE | {"candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}], "newTokenCount": 4}
    assert read(RESPONSE | {"candidates": [candidate], "usageMetadata": usage}).unread == (
        "usageMetadata.newTokenCount",
        "groundingMetadata.webSearchQueries",
        "usageMetadata.candidatesTokensDetails.IMAGE",
    )


def test_a_line_of_a_vertex_batch():
    line = {"status": "", "processed_time": "2026-07-01T13:00:00Z", "request": {"contents": []}, "response": RESPONSE}
    names = ("service_tier", "status", "time")
    assert known(line, *names) == ("batch", "ok", "2026-07-01T12:00:00.250Z")
    undated = line | {"response": {**RESPONSE, "createTime": None}}
    assert known(undated, "time") == (TIME + 3600,)


def test_a_failed_line_of_a_vertex_batch():
    line = {"status": "Bad Request: {secret words}", "processed_time": TIME, "request": {"contents": [], "model": "g"},
            "response": {}}  # fmt: skip
    names = ("status", "provider", "request_model", "service_tier")
    assert known(line, *names) == ("error", "gcp.gemini", "g", "batch")


def test_a_line_of_a_gemini_batch_without_a_time():
    assert refused({"key": "k", "response": RESPONSE | {"createTime": None}})[0] == "without_time:batch_line"


def test_pieces_of_a_stream():
    piece = RESPONSE | {"candidates": [{"content": {"parts": [{"text": "wo"}]}}]}
    last = RESPONSE | {"candidates": [{"content": {"parts": [{"text": "rds"}]}, "finishReason": "STOP"}]}
    assert skipped(piece) == "stream_chunk"
    assert known({"request": {}, "response": [piece, last]}, "output_chars", "stream", "output_tokens") == (
        5,
        True,
        104,
    )


def test_an_answer_that_is_all_thoughts_has_no_count_of_its_own():
    usage = {"promptTokenCount": 1000, "thoughtsTokenCount": 500, "totalTokenCount": 1500}
    assert known(RESPONSE | {"usageMetadata": usage}, "output_tokens", "reasoning_tokens") == (0, 500)
    blocked = {"promptTokenCount": 10, "totalTokenCount": 10}
    assert known(RESPONSE | {"usageMetadata": blocked}, "output_tokens") == (0,)


@pytest.mark.parametrize("usage", [{"promptTokenCount": 10}, {"promptTokenCount": 10, "totalTokenCount": 30}, {}])
def test_a_count_that_is_left_out_is_unknown_where_the_total_does_not_say_it(usage):
    assert known(RESPONSE | {"usageMetadata": usage}, "output_tokens") == (None,)
