"""StandardLoggingPayload as producers really write it: other types, texts for objects, times of all kinds."""

import json
import random
from datetime import UTC, datetime

import pytest

from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.formats import litellm
from coagent.ingest.options import DecodeOptions
from tests.unit.ingest.test_litellm import PAYLOAD

from .odd_values import with_odd_values

OPTIONS = DecodeOptions(now_s=1_782_950_000.0, task_attribute="task")
START = datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def outcomes(options=OPTIONS, **changes):
    return litellm.decode(json.dumps(PAYLOAD | changes).encode(), options)


def request(options=OPTIONS, **changes):
    found = outcomes(options, **changes)[0]
    assert isinstance(found, Request), found
    return found


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-07-01 12:00:00.250000", "2026-07-01 12:00:02.750000"),
        ("2026-07-01T12:00:00.25Z", "2026-07-01T12:00:02.75Z"),
        ("2026-07-01T14:00:00.25+02:00", "2026-07-01T12:00:02.75+00:00"),
        ("1782907200.25", "1782907202.75"),
        (1_782_907_200_250, 1_782_907_202_750),
        (1_782_907_200_250_000_000, "2026-07-01 12:00:02.75 UTC"),
    ],
)
def test_times_are_read_however_they_are_written(start, end):
    found = request(startTime=start, endTime=end, response_time=None)
    assert (found.time, found.duration_s) == (START, pytest.approx(2.5))


def test_a_streams_first_token_is_read_from_text_times():
    times = {"startTime": "2026-07-01 12:00:00.250000", "completionStartTime": "2026-07-01 12:00:00.750000"}
    found = request(**times, endTime="2026-07-01 12:00:02.250000", stream=True)
    assert (found.time_to_first_token_s, found.duration_s) == (pytest.approx(0.5), pytest.approx(2.0))


def test_objects_that_were_written_as_text_are_read():
    names = ("metadata", "model_parameters", "response", "messages")
    assert request(**{name: json.dumps(PAYLOAD[name]) for name in names}) == request()


@pytest.mark.parametrize(
    "name", ["metadata", "model_parameters", "response", "messages", "hidden_params", "error_information"]
)
@pytest.mark.parametrize("value", [None, [], "", "text", 5, {}, "{"])
def test_a_part_that_is_none_costs_no_request(name, value):
    assert request(**{name: value}).input_tokens == 120


def test_the_form_of_responses_and_of_anthropic_is_read():
    usage = {
        "input_tokens": 100,
        "output_tokens": 40,
        "total_tokens": 140,
        "input_tokens_details": {"cached_tokens": 64},
        "output_tokens_details": {"reasoning_tokens": 16},
    }
    output = [
        {"type": "message", "content": [{"type": "output_text", "text": "Rainy"}]},
        {"type": "function_call", "name": "f", "arguments": "{}"},
    ]
    response = {"id": "resp_1", "object": "response", "status": "completed", "output": output, "usage": usage}
    found = request(response=response, metadata={}, prompt_tokens=0, completion_tokens=0, call_type="aresponses")
    assert (found.input_tokens, found.output_tokens) == (100, 40)
    assert (found.cached_input_tokens, found.reasoning_tokens) == (64, 16)
    assert (found.output_chars, found.tool_calls, found.finish_reason) == (5, 1, "completed")
    assert (found.response_id, found.operation) == ("resp_1", "chat")


def test_cache_writes_are_reported_by_how_long_they_are_kept():
    usage = {
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 0},
        "cache_read_input_tokens": 64,
        "cache_creation_input_tokens": 16,
        "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 12},
    }
    found = request(metadata={"usage_object": usage})
    assert (found.cached_input_tokens, found.cache_write_tokens, found.cache_write_1h_tokens) == (64, 16, 12)


def test_audio_is_read():
    usage = {
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "prompt_tokens_details": {"audio_tokens": 100},
        "completion_tokens_details": {"audio_tokens": 20},
    }
    found = request(metadata={"usage_object": usage})
    assert (found.input_audio_tokens, found.output_audio_tokens) == (100, 20)


def test_an_answer_from_the_cache_has_no_response_id_of_its_own():
    assert request(cache_hit=True).response_id is None


def test_the_model_behind_an_alias_is_named_where_the_answer_of_a_stream_only_repeats_it():
    answer = PAYLOAD["response"] | {"model": "gpt-4o-mini"}
    found = request(stream=True, model_group="fast", model="gpt-4o-mini", response=answer)
    assert (found.request_model, found.response_model) == ("fast", "gpt-4o-mini")


def test_a_provider_that_stands_elsewhere_is_found():
    listed = {"model_map_key": "m", "model_map_value": {"litellm_provider": "bedrock"}}
    assert request(custom_llm_provider="", model_map_information=listed).provider is not None


def test_a_call_that_is_none_to_a_model_is_skipped_by_name():
    assert outcomes(call_type="aretrieve_batch") == [Skipped(reason="not_a_model_request")]


def test_what_is_plainly_litellm_is_read_without_asking_for_the_format():
    value = json.dumps(PAYLOAD).encode()
    assert litellm.decode_if_plain(value, OPTIONS) == litellm.decode(value, OPTIONS)


@pytest.mark.parametrize(
    "other",
    [
        {"spend": 1},
        {"provider": "openai", "request_model": "m", "time": 1},
        {"choices": []},
        {"call_type": None},
        {"startTime": None},
    ],
)
def test_what_may_be_another_format_is_left_to_detection(other):
    assert litellm.decode_if_plain(json.dumps(PAYLOAD | other).encode(), OPTIONS) is None
    assert litellm.decode_if_plain(b"{", OPTIONS) is None


def test_no_value_in_any_place_breaks_the_decoder():
    rng = random.Random(5)
    odd = [None, "", 0, -1, 1.5, "x", "12", "None", [], {}, [1], {"a": 1}, True, "[1", [[]], [{}], 1e300, ["a"]]
    for _ in range(3000):
        changed = with_odd_values(PAYLOAD, odd, rng)
        value = json.dumps(changed).encode()
        found = litellm.decode(value, OPTIONS)
        assert len(found) >= 1
        plain = litellm.decode_if_plain(value, OPTIONS)
        assert plain is None or plain == found
