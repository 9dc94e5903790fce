import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coagent.domain.rejected import Noted, Rejected
from coagent.domain.request import Record, Request
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.reading import Reading

from .readings import LEAST, OPTIONS, TIME_S, outcomes, read


def test_an_ordinary_reading_is_a_request_and_nothing_else():
    fields = {"input_tokens": 120, "output_tokens": 30, "total_tokens": 150, "duration_s": 1.5, "status": "ok"}
    [request] = outcomes(fields, host="https://api.openai.com/v1?key=abc", response_id="chatcmpl-1")
    assert request == Request(
        time=datetime.fromtimestamp(TIME_S, UTC),
        provider="openai",
        request_model="gpt-4o",
        input_tokens=120,
        output_tokens=30,
        duration_s=1.5,
        status="ok",
        endpoint="api.openai.com",
        response_id="chatcmpl-1",
    )


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("input_tokens", "100", 100),
        ("input_tokens", " 12 ", 12),
        ("input_tokens", "1e3", 1000),
        ("input_tokens", "45.0", 45),
        ("input_tokens", 45.0, 45),
        ("input_tokens", "007", 7),
        ("temperature", "0.7", 0.7),
        ("temperature", 1, 1.0),
        ("cost_usd", Decimal("0.0035"), 0.0035),
        ("cost_usd", "1e-06", 1e-6),
        ("stream", "true", True),
        ("stream", "False", False),
        ("stream", "yes", True),
        ("stream", 1, True),
        ("stream", 0.0, False),
        ("http_status", "429", 429),
        ("request_id", 12345, "12345"),
        ("status", "OK", "ok"),
        ("status", "STATUS_CODE_ERROR", "error"),
        ("status", "Success", "ok"),
        ("status", "failed", "error"),
        ("status", 200, "ok"),
        ("status", "503", "error"),
        ("status", False, "error"),
        ("finish_reason", "FinishReason.STOP", "STOP"),
        ("finish_reason", "<FinishReason.MAX_TOKENS: 2>", "MAX_TOKENS"),
        ("finish_reason", '["stop"]', "stop"),
        ("finish_reason", "['length']", "length"),
        ("finish_reason", ["STOP", "stop"], "STOP"),
        ("finish_reason", '["FinishReason.STOP", "x"]', "STOP"),
        ("finish_reason", "end_turn", "end_turn"),
    ],
)
def test_spellings_of_a_value_are_read(name, written, expected):
    request, reasons = read({name: written})
    assert (getattr(request, name), type(getattr(request, name))) == (expected, type(expected))
    assert reasons == []


@pytest.mark.parametrize("name", ["temperature", "input_tokens", "stream", "task", "finish_reason", "request_id"])
@pytest.mark.parametrize("written", [None, "", "None", "null", "NaN", "nan", "undefined", "N/A"])
def test_what_stands_for_no_value_is_unknown_and_no_fault(name, written):
    request, reasons = read({name: written})
    assert getattr(request, name) is None
    assert reasons == []


@pytest.mark.parametrize("written", ["[]", [], "[null]", "[[1]]"])
def test_an_empty_list_of_finish_reasons_is_unknown(written):
    assert read({"finish_reason": written})[0].finish_reason is None


def test_nan_is_unknown():
    request, reasons = read({"temperature": math.nan, "input_tokens": math.nan})
    assert (request.temperature, request.input_tokens, reasons) == (None, None, [])


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("temperature", "hot", "wrong_type:temperature"),
        ("temperature", [0.7], "wrong_type:temperature"),
        ("temperature", math.inf, "not_finite:temperature"),
        ("input_tokens", -1, "out_of_range:input_tokens"),
        ("input_tokens", 1.5, "wrong_type:input_tokens"),
        ("input_tokens", True, "wrong_type:input_tokens"),
        ("input_tokens", 10**400, "out_of_range:input_tokens"),
        ("input_tokens", "9" * 30, "out_of_range:input_tokens"),
        ("input_tokens", "9" * 5000, "wrong_type:input_tokens"),
        ("duration_s", -0.5, "negative:duration_s"),
        ("time_to_first_token_s", "-0.001", "negative:time_to_first_token_s"),
        ("duration_s", 1e12, "out_of_range:duration_s"),
        ("http_status", 0, "out_of_range:http_status"),
        ("request_id", "x" * 513, "too_long:request_id"),
        ("task", "a\x1b[31m", "control_character:task"),
        ("task", "a\ud800", "control_character:task"),
        ("task", {"a": 1}, "wrong_type:task"),
        ("seed", "\ud800", "invalid_encoding:seed"),
        ("status", "\ud800", "invalid_encoding:status"),
        ("status", "hunter2", "invalid_value:status"),
        ("endpoint", 7, "wrong_type:endpoint"),
        ("response_model", 7, "wrong_type:response_model"),
        ("finish_reason", {"a": 1}, "wrong_type:finish_reason"),
    ],
)
def test_a_bad_optional_value_costs_itself_alone(name, written, reason):
    request, *notes = outcomes({"output_tokens": 7} | {name: written})
    assert [(note.reason, note.index) for note in notes] == [(reason, 3)]
    assert getattr(request, name) is None
    assert request.output_tokens == 7
    assert name in notes[0].detail
    assert "hunter2" not in notes[0].detail


def test_several_bad_values_are_noted_each():
    request, reasons = read({"temperature": "hot", "top_p": "wide", "seed": [], "input_tokens": "12"})
    assert sorted(reasons) == ["wrong_type:seed", "wrong_type:temperature", "wrong_type:top_p"]
    assert request.input_tokens == 12


@pytest.mark.parametrize(
    ("first", "end", "known"),
    [
        (1.5, 1.0, False),
        (1.005, 1.0, True),
        (0.5, 0.5, True),
        (100.5, 100.0, True),
        (0.0, 1.0, True),
        (3.0, None, True),
    ],
)
def test_a_first_token_after_the_end_is_not_believed(first, end, known):
    request, reasons = read({"time_to_first_token_s": first, "duration_s": end})
    assert request.time_to_first_token_s == (first if known else None)
    assert request.duration_s == end
    assert reasons == ([] if known else ["after_end:time_to_first_token_s"])


AT = datetime(2026, 6, 1, 8, 0, 0, 250_000, UTC)


@pytest.mark.parametrize(
    "written",
    [
        1_780_300_800.25,
        1_780_300_800_250,
        1_780_300_800_250_000,
        1_780_300_800_250_000_000,
        "1780300800.25",
        "1780300800250",
        "1780300800250000000",
        "1.78030080025e9",
        "2026-06-01T08:00:00.250Z",
        "2026-06-01T08:00:00.250000000Z",
        "2026-06-01T10:00:00.25+02:00",
        "2026-06-01T10:00:00.25+0200",
        "2026-06-01T08:00:00.250",
        "2026-06-01 08:00:00.250000",
        "2026-06-01 08:00:00.25 UTC",
        "2026-06-01 08:00:00.25+00",
        "2026-06-01 10:00:00.25 +0200 CEST".removesuffix(" CEST"),
        "2026-06-01 08:00:00.25 +0000 UTC",
        AT,
        AT.replace(tzinfo=None),
        AT.astimezone(timezone(timedelta(hours=5))),
    ],
    ids=str,
)
def test_a_time_is_read_however_it_is_written(written):
    request, reasons = read({"time": written})
    assert abs(request.time - AT) < timedelta(microseconds=1)
    assert request.time.utcoffset() == timedelta(0)
    assert reasons == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"time": None}, "missing_field:time"),
        ({"time": ""}, "missing_field:time"),
        ({"time": "yesterday"}, "invalid_time:time"),
        ({"time": "nan"}, "time_out_of_range"),
        ({"time": True}, "wrong_type:time"),
        ({"time": [1]}, "wrong_type:time"),
        ({"time": 0}, "time_out_of_range"),
        ({"time": 20260601}, "time_out_of_range"),
        ({"time": 10**400}, "time_out_of_range"),
        ({"time": "9" * 60}, "time_out_of_range"),
        ({"time": math.inf}, "time_out_of_range"),
        ({"time": math.nan}, "time_out_of_range"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "time_out_of_range"),
        ({"time": TIME_S + 3 * 86_400}, "time_out_of_range"),
        ({"provider": None, "request_model": "my-model"}, "missing_field:provider"),
        ({"provider": "None", "request_model": "my-model"}, "missing_field:provider"),
        ({"provider": 7}, "wrong_type:provider"),
        ({"provider": "a\x00b"}, "control_character:provider"),
        ({"request_model": None}, "missing_field:request_model"),
        ({"request_model": "null"}, "missing_field:request_model"),
        ({"request_model": 7}, "wrong_type:request_model"),
        ({"request_model": "x" * 1_000_000}, "too_long:request_model"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_without_time_provider_or_model_there_is_no_request(fields, reason):
    [rejected] = outcomes(fields)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.index) == (reason, 3)


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["None", "1e3", " 12 ", "nan", "[", '["a"]', "\ud800", "x" * 600, "9" * 400, "openai/gpt-4o", "//["]
    ),
    st.binary(max_size=3),
    st.decimals(),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
NAMES = [*Record.__struct_fields__, "total_tokens", "uncached_input_tokens", "cache_write_5m_tokens", "other"]
COUNTS = [name for name in NAMES if name.endswith("_tokens")]


readings = st.builds(
    Reading,
    st.builds(
        lambda least, tokens, fields: least | tokens | fields,
        st.sampled_from([{}, LEAST]),
        st.dictionaries(st.sampled_from(COUNTS), st.integers(0, 5), max_size=9),
        st.dictionaries(st.sampled_from(NAMES), junk, max_size=8),
    ),
    host=st.one_of(st.none(), st.text(max_size=20)),
    marks=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    input_excludes_cache=st.sampled_from([None, True, False]),
    output_excludes_reasoning=st.sampled_from([None, True, False]),
    unread=st.lists(st.text(max_size=80), max_size=12).map(tuple),
    response_id=st.one_of(st.none(), st.text(max_size=5)),
)


@settings(max_examples=600, deadline=None)
@given(readings)
@example(Reading({}))
@example(Reading(LEAST | {"endpoint": True, "temperature": Decimal("sNaN"), "seed": "\ud800"}))
def test_whatever_a_reading_holds_it_is_one_request_or_one_rejection(reading):
    before = dict(reading.fields)
    first, *rest = outcomes_of(reading, OPTIONS, 1)
    assert isinstance(first, Request | Rejected)
    assert all(isinstance(one, Noted) for one in rest)
    assert list(map(id, reading.fields.values())) == list(map(id, before.values()))
    if isinstance(first, Request):
        check_bounds(first)
    else:
        rest.append(first)
    assert all(len(one.reason) < 60 and one.reason.isprintable() and one.index == 1 for one in rest)


def check_bounds(request):
    """What was read holds to the record's own bounds, and reads as the same once more."""
    fields = {name: getattr(request, name) for name in Record.__struct_fields__}
    [again, *_] = outcomes_of(Reading(fields), OPTIONS)
    texts = [value for value in fields.values() if isinstance(value, str)]
    assert isinstance(again, Request)
    assert all(0 < len(text) <= 512 for text in texts)
    json.dumps(texts)
