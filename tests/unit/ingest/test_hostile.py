"""Every hostile message in every format: a dead letter or a bounded value, in bounded time."""

import json
import math
import time

import msgspec
import pytest

from coagent.domain.rejected import Noted, Rejected
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions

from .otlp_messages import json_, proto, span
from .test_fuzz import CANONICAL
from .test_litellm import PAYLOAD
from .test_openai import RESPONSE
from .test_otlp import LEAST

NOW_S = 1_782_950_000.0
OPTIONS = DecodeOptions(now_s=NOW_S, hash_key=b"k")
MAX_BYTES, MAX_S = 20_000, 2.0
DEEP = 100_000


def canonical(model="m", tokens=1, time_s=NOW_S, **extra):
    return json.dumps(CANONICAL | {"request_model": model, "input_tokens": tokens, "time": time_s} | extra).encode()


def litellm(model="m", tokens=1, time_s=NOW_S, **extra):
    known = {"model_group": model, "prompt_tokens": tokens, "startTime": time_s, "endTime": time_s + 1}
    known |= {"metadata": {}, "completion_tokens": None, "total_tokens": None}
    return json.dumps(PAYLOAD | known | extra).encode()


def openai(model="m", tokens=1, time_s=NOW_S, **extra):
    known = {"model": model, "created": time_s, "usage": {"prompt_tokens": tokens}}
    return json.dumps(RESPONSE | known | extra).encode()


def spans(model="m", tokens=1, time_s=NOW_S, **extra):
    found = span(LEAST | {"gen_ai.request.model": model, "gen_ai.usage.input_tokens": tokens} | extra)
    start = round(time_s * 1e9)
    return [found | {"start": start, "end": start + 1}]


def otlp_json(**fields):
    return json_(spans(**fields))


def otlp_proto(**fields):
    return proto(spans(**fields))


IN_JSON = [canonical, litellm, openai, otlp_json]
FORMATS = [*IN_JSON, otlp_proto]


def outcome_of(value):
    began = time.perf_counter()
    outcome, *notes = decode(value, OPTIONS)
    assert time.perf_counter() - began < MAX_S
    assert all(isinstance(note, Noted) for note in notes)
    assert isinstance(outcome, Request | Rejected)
    assert len(msgspec.json.encode(outcome)) < MAX_BYTES
    return outcome


@pytest.mark.parametrize("write", FORMATS)
def test_the_message_itself_is_accepted(write):
    request = outcome_of(write())
    assert (request.request_model, request.input_tokens) == ("m", 1)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize(
    "fields",
    [
        {"time_s": 631_152_000.0},
        {"time_s": 4_102_444_800.0},
        {"model": "x" * 1_000_000},
        {"model": "a\x00b"},
        {"model": 7},
    ],
    ids=lambda fields: str(fields)[:24],
)
def test_a_hostile_value_is_rejected(write, fields):
    assert isinstance(outcome_of(write(**fields)), Rejected)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("tokens", [-1, "twelve", [1], math.nan, math.inf, 10**15], ids=str)
def test_a_hostile_count_is_unknown_at_most(write, tokens):
    outcome = outcome_of(write(tokens=tokens))
    assert isinstance(outcome, Rejected) or outcome.input_tokens is None


@pytest.mark.parametrize("write", FORMATS)
def test_a_long_text_that_is_not_kept_does_no_harm(write):
    outcome_of(write(note="x" * 1_000_000))


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("cut", [1, 5, 100])
def test_a_truncated_message_is_rejected(write, cut):
    assert isinstance(outcome_of(write()[:-cut]), Rejected)


@pytest.mark.parametrize("write", FORMATS)
def test_an_oversized_message_is_rejected(write):
    assert outcome_of(write(note="x" * MAX_MESSAGE_BYTES)).reason == "too_large"


@pytest.mark.parametrize("write", IN_JSON)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp037"])
def test_another_encoding_is_rejected(write, encoding):
    assert isinstance(outcome_of(write().decode().encode(encoding)), Rejected)


@pytest.mark.parametrize("write", IN_JSON)
@pytest.mark.parametrize(
    "more",
    [b'"note": ' + b"[" * DEEP + b"]" * DEEP, b'"note": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP, b'"note": 1e999'],
    ids=["lists", "objects", "infinite"],
)
def test_what_nests_without_end_or_measure_does_no_harm(write, more):
    outcome_of(write()[:-1] + b", " + more + b"}")


@pytest.mark.parametrize("write", IN_JSON)
def test_a_key_that_stands_twice_makes_one_record_at_most(write):
    key = write()[1:].split(b":", 1)[0]
    outcome_of(write()[:-1] + b", " + key + b": " + b"null}")
