import json
import math
from datetime import UTC, datetime

import msgspec
import pytest

from coagent.domain.rejected import Noted, Rejected
from coagent.domain.request import Request
from coagent.ingest.formats import canonical
from coagent.ingest.options import MAX_RECORD_BYTES, DecodeOptions
from coagent.ingest.record import TEXT_WIDTH, Record

NOW_S = datetime(2026, 7, 2, tzinfo=UTC).timestamp()
OPTIONS = DecodeOptions(now_s=NOW_S)
LEAST = {"time": "2026-07-01T12:00:00Z", "provider": "openai", "request_model": "gpt-4"}
LEAST_REQUEST = Request(time=datetime(2026, 7, 1, 12, tzinfo=UTC), provider="openai", request_model="gpt-4")


def message(**fields):
    return json.dumps(LEAST | fields).encode()


def reason(value):
    [outcome] = canonical.decode(value, OPTIONS)
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


def test_the_three_required_fields_are_enough():
    assert canonical.decode(message(), OPTIONS) == [LEAST_REQUEST]


def test_every_field_is_read():
    texts = {name: f"{name}-value" for name in Record.__struct_fields__[2:TEXT_WIDTH] if name != "status"}
    numbers = {
        "temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "seed": -7, "input_tokens": 9, "output_tokens": 8,
        "cached_input_tokens": 3, "cache_write_tokens": 4, "reasoning_tokens": 5, "input_chars": 6, "output_chars": 7,
        "time_to_first_token_s": 0.25, "duration_s": 1.5, "http_status": 200, "attempt": 1, "tool_calls": 2,
        "mean_logprob": -0.5, "quality_score": 0.75, "cost_usd": 0.001, "cache_write_1h_tokens": 1,
        "input_audio_tokens": 1, "output_audio_tokens": 2, "route_confidence": 0.9, "router_latency_s": 0.02,
    }  # fmt: skip
    flags = dict.fromkeys(("stream", "is_fallback", "cache_hit", "schema_valid", "refusal"), True)
    rest = texts | numbers | flags | {"status": "error"}
    assert set(rest) | set(LEAST) == set(Record.__struct_fields__)
    expected = Request(time=LEAST_REQUEST.time, provider="openai", request_model="gpt-4", **rest)

    assert canonical.decode(message(**rest), OPTIONS) == [expected]


@pytest.mark.parametrize(
    "written",
    ["2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00", "2026-07-01T12:00:00.000000+00:00", 1782907200, 1782907200.0],
)
def test_time_is_rfc_3339_or_epoch_seconds(written):
    assert canonical.decode(message(time=written), OPTIONS) == [LEAST_REQUEST]


def test_null_and_empty_are_unknown():
    assert canonical.decode(message(task=None, tenant="", duration_s=None), OPTIONS) == [LEAST_REQUEST]


def test_a_whole_number_may_be_written_with_a_point():
    [request] = canonical.decode(message(output_tokens=45.0, seed=3.0), OPTIONS)
    assert (request.output_tokens, request.seed) == (45, 3)
    assert type(request.output_tokens) is int


def test_harmless_unknown_keys_are_kept_and_bounded():
    extra = {f"k{number}": number for number in range(100)}
    [request] = canonical.decode(message(region="eu", **extra), OPTIONS)
    assert len(request.attributes) == 32

    [request] = canonical.decode(message(region="eu", attributes={"zone": "b"}), OPTIONS)
    assert request.attributes == {"region": "eu", "zone": "b"}


@pytest.mark.parametrize(
    "content",
    [
        {"prompt": "hello"},
        {"messages": [{"content": "hello"}]},
        {"system_prompt": "hello"},
        {"note": "hello world, this is prose"},
        {"note": "jane@example.com"},
        {"note": "sk-abcdef0123456789"},
        {"api_key": "abc"},
        {"note": "x" * 100_000},
        {"nested": {"note": "hello"}},
    ],
)
def test_content_addresses_and_keys_are_not_kept(content):
    assert canonical.decode(message(**content), OPTIONS) == [LEAST_REQUEST]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"input_tokens": -1}, "out_of_range:input_tokens"),
        ({"input_tokens": 10**13}, "out_of_range:input_tokens"),
        ({"input_tokens": 10**30}, "out_of_range:input_tokens"),
        ({"input_tokens": 1.5}, "wrong_type:input_tokens"),
        ({"input_tokens": "twelve"}, "wrong_type:input_tokens"),
        ({"input_tokens": True}, "wrong_type:input_tokens"),
        ({"stream": 2}, "wrong_type:stream"),
        ({"status": "secret words"}, "invalid_value:status"),
        ({"quality_score": 1.01}, "out_of_range:quality_score"),
        ({"cost_usd": -0.01}, "out_of_range:cost_usd"),
        ({"duration_s": -0.01}, "negative:duration_s"),
        ({"http_status": 0}, "out_of_range:http_status"),
        ({"request_id": "x" * 1_000_000}, "too_long:request_id"),
        ({"request_id": ["x"]}, "wrong_type:request_id"),
        ({"task": "a\u0000b"}, "control_character:task"),
        ({"task": "a\u001b[31m"}, "control_character:task"),
        ({"duration_s": 1.0, "time_to_first_token_s": 1.5}, "after_end:time_to_first_token_s"),
    ],
)
def test_a_wrong_optional_value_is_unknown_and_noted(fields, expected):
    request, note = canonical.decode(message(**fields), OPTIONS)
    assert note.reason == expected
    assert getattr(request, expected.partition(":")[2]) is None
    assert (request.provider, request.request_model, request.time) == ("openai", "gpt-4", LEAST_REQUEST.time)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"input_tokens": "12"}, {"input_tokens": 12}),
        ({"input_tokens": " 12 ", "temperature": "0.7"}, {"input_tokens": 12, "temperature": 0.7}),
        ({"stream": "true", "cache_hit": 0}, {"stream": True, "cache_hit": False}),
        ({"output_tokens": "None", "seed": "nan", "duration_s": ""}, {}),
        ({"status": "success"}, {"status": "ok"}),
    ],
)
def test_numbers_and_flags_as_text_are_read(fields, expected):
    assert canonical.decode(message(**fields), OPTIONS) == [msgspec.structs.replace(LEAST_REQUEST, **expected)]


@pytest.mark.parametrize(
    "fields", [{"task": "None"}, {"finish_reason": "FinishReason.STOP"}, {"provider": "langchain"}]
)
def test_names_are_taken_as_they_are_written(fields):
    assert canonical.decode(message(**fields), OPTIONS) == [msgspec.structs.replace(LEAST_REQUEST, **fields)]


def test_counts_that_contradict_each_other_are_kept_and_not_priced():
    request, note = canonical.decode(message(input_tokens=5, cached_input_tokens=100), OPTIONS)
    assert (request.input_tokens, request.cached_input_tokens) == (5, 100)
    assert request.cost_doubt == note.reason == "contradictory_counts"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"duration_s": math.nan}, "not_finite"),
        ({"duration_s": math.inf}, "not_finite"),
        ({"task": "\ud800"}, "invalid_encoding"),
        ({"time": "2026-07-01T12:00:00"}, "invalid_time:time"),
        ({"time": "yesterday"}, "invalid_time:time"),
        ({"time": True}, "wrong_type:time"),
        ({"time": "2014-12-31T23:59:59Z"}, "time_out_of_range"),
        ({"time": "2026-07-03T00:00:01Z"}, "time_out_of_range"),
        ({"time": 1782907200000}, "time_out_of_range"),
        ({"time": None}, "missing_field:time"),
        ({"provider": ""}, "missing_field:provider"),
        ({"provider": ["openai"]}, "wrong_type:provider"),
        ({"request_model": None}, "missing_field:request_model"),
        ({"request_model": "x" * 513}, "too_long:request_model"),
        ({"request_model": "a\u0000b"}, "control_character:request_model"),
    ],
)
def test_what_cannot_be_done_without_rejects_the_record(fields, expected):
    assert reason(message(**fields)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", "invalid_json"),
        (b"not json", "invalid_json"),
        (message()[:-1], "invalid_json"),
        (message() + b"x", "invalid_json"),
        (message() + message(), "invalid_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (message().decode().encode("utf-16"), "invalid_encoding"),
        (b'{"provider": "\xff"}', "invalid_encoding"),
        (b"\xef\xbb\xbf" + message(), "invalid_json"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"x": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
        (b'{"x": ' + b"9" * 10_000 + b"}", "out_of_range:number"),
        (b'{"x": "' + b"x" * MAX_RECORD_BYTES + b'"}', "too_large"),
        (message()[:-1] + b', "provider": "azure"}', "duplicate_key"),
        (message()[:-1] + b', "x": {"a": 1, "a": 2}}', "duplicate_key"),
    ],
)
def test_a_broken_message_is_rejected(value, expected):
    assert reason(value) == expected


@pytest.mark.parametrize("field", Record.__struct_fields__)
def test_a_detail_names_the_field_and_repeats_no_content(field):
    for content in (["hunter2"], {"hunter2": 1}):
        *_, outcome = canonical.decode(message(**{field: content}), OPTIONS)
        assert field in outcome.detail
        assert "hunter2" not in outcome.detail


@pytest.mark.parametrize("name", ["(other)", "(all)", "(coagent)", "  "])
def test_names_that_coagent_gives_come_from_no_telemetry(name: str):
    reasons = {"missing_field" if name.isspace() else "reserved_name"}
    for field in ("provider", "request_model"):
        [refused] = canonical.decode(message(**{field: name}), OPTIONS)
        assert isinstance(refused, Rejected)
        assert f"{field}" == refused.reason.partition(":")[2]
        assert reasons == {refused.reason.partition(":")[0]}
    for field in ("endpoint", "task", "tenant"):
        request, said = canonical.decode(message(**{field: name}), OPTIONS)
        assert isinstance(request, Request)
        assert getattr(request, field) is None
        assert isinstance(said, Noted)
        assert reasons == {said.reason.partition(":")[0]}


@pytest.mark.parametrize("mark", ["\x7f", "\x9b", "\u202e", "\u2066", "\u2028"])
def test_what_steers_a_terminal_or_turns_a_text_does_not_pass(mark: str):
    [refused] = canonical.decode(message(request_model=f"m{mark}gpj"), OPTIONS)
    assert isinstance(refused, Rejected)
    assert refused.reason == "control_character:request_model"
