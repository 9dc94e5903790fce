import pytest

from .readings import TIME, known, read, refused, skipped

CHAT = {
    "model": "llama3.2",
    "created_at": "2026-07-01T12:00:05Z",
    "message": {"role": "assistant", "content": "words"},
    "done": True,
    "done_reason": "stop",
    "total_duration": 5_000_000_000,
    "load_duration": 1_000_000,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 3_000_000,
    "eval_count": 298,
}


def test_an_answer_began_its_duration_before_it_was_written():
    names = ("time", "duration_s", "input_tokens", "output_tokens", "finish_reason", "output_chars", "operation")
    assert known(CHAT, *names) == (TIME, 5.0, 26, 298, "stop", 5, "chat")
    assert read(CHAT).marks == ("ollama",)


def test_generate_answers_with_a_text():
    body = {name: value for name, value in CHAT.items() if name != "message"} | {"response": "words", "context": [1]}
    assert known(body, "operation", "output_chars", "output_tokens") == ("text_completion", 5, 298)


def test_only_the_last_line_of_a_stream_counts_and_its_text_is_unknown():
    assert skipped(CHAT | {"done": False}) == "stream_chunk"
    assert known(CHAT | {"message": {"role": "assistant", "content": ""}}, "output_chars") == (None,)


def test_a_pair():
    request = {"model": "llama3.2", "messages": [{"content": "four"}], "options": {"temperature": 0, "num_predict": 9}}
    pair = {"request": request, "response": CHAT}
    assert known(pair, "input_chars", "temperature", "max_tokens") == (4, 0, 9)
    assert read(pair).fields["time"] == pytest.approx(TIME)


def test_embeddings_have_their_time_beside_them():
    body = {"model": "nomic", "embeddings": [[0.1]], "total_duration": 500_000_000, "prompt_eval_count": 8}
    pair = {"time": TIME, "request": {"model": "nomic"}, "response": body}
    names = ("provider", "operation", "input_tokens", "output_tokens", "duration_s")
    assert known(pair, *names) == ("ollama", "embeddings", 8, None, 0.5)
    assert refused(body)[0] == "without_time:ollama_response"
