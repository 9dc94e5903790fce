"""Seeded mutations of valid messages of every format: each message ends as a request, a skip or a rejection."""

import json
import random
import time
from collections import Counter
from copy import deepcopy

import pytest

from coagent.domain.batch import Source
from coagent.domain.rejected import Noted, Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.topic_decoder import TopicDecoder
from coagent.ingest.options import DecodeOptions
from coagent.steps.ingest import IngestStep

from .formats.body_seeds import SEEDS as BODIES
from .formats.samples import EXPORTS
from .log_messages import json_logs, log, proto_logs
from .otlp_messages import TRACE_ID, json_, proto, span
from .test_litellm import PAYLOAD
from .test_openai import REQUEST, RESPONSE
from .test_otlp import ANSWER, CURRENT, LEAST, PROMPT, evaluation

NOW_S = 1_782_950_000.0
OPTIONS = DecodeOptions(now_s=NOW_S, hash_key=b"k", task_attribute="task", tenant_attribute="tenant")
CANONICAL = {
    "request_id": "r-1", "time": "2026-07-01T12:00:00.25+00:00", "provider": "openai", "request_model": "gpt-4",
    "task": "summary", "stream": True, "input_tokens": 120, "output_tokens": 30, "duration_s": 1.5, "status": "ok",
    "finish_reason": "stop", "mean_logprob": -0.5, "seed": 7,
}  # fmt: skip
SPANS = [
    span(CURRENT | {"gen_ai.input.messages": json.dumps(PROMPT), "gen_ai.output.messages": ANSWER}),
    span(LEAST, events=[evaluation(0.5, **{"gen_ai.response.id": "chatcmpl-1"})]),
    span({"http.request.method": "GET"}),
]
LOGS = [
    log(
        {"event.name": "api_request", "model": "m", "input_tokens": "5", "cost_usd": "0.1"},
        body="claude_code.api_request",
    ),
    log(CURRENT, event="gen_ai.client.inference.operation.details", trace_id=TRACE_ID),
    log({"gen_ai.response.id": "chatcmpl-1", "gen_ai.evaluation.score.value": 0.5}, event="gen_ai.evaluation.result"),
    log({"http.route": "/"}, body="GET / 200"),
]
PRINTED = {
    "name": "chat",
    "context": {"trace_id": f"0x{TRACE_ID}", "span_id": "0x00f067aa0ba902b7"},
    "start_time": "2026-07-01T12:00:00Z",
    "end_time": "2026-07-01T12:00:01Z",
    "status": {"status_code": "UNSET"},
    "attributes": CURRENT,
    "resource": {"attributes": {"service.version": "1"}},
}
SEEDS = [
    json.dumps(CANONICAL).encode(),
    json.dumps(CANONICAL | {"region": "eu", "attributes": {"zone": "b"}}, separators=(",", ":")).encode(),
    json.dumps(PAYLOAD).encode(),
    json.dumps(RESPONSE).encode(),
    json.dumps({"request": REQUEST, "response": RESPONSE, "duration_s": 1.0}).encode(),
    json_(SPANS, {"service.version": "1"}),
    json_logs(LOGS, {"service.name": "app"}),
    proto_logs(LOGS, {"service.name": "app"}),
    json.dumps(PRINTED).encode(),
    proto(SPANS, {"service.version": "1"}),
    *(json.dumps(body).encode() for body in BODIES.values()),
    *(json.dumps(export).encode() for export in EXPORTS.values()),
]
JUNK = [
    None, True, False, 0, -1, 1.5, -0.0, 1e308, 2**53, 2**64, 10**400, "", "x", "x" * 5000, "\u0000", "\ud800", "é",
    "NaN", "2026-07-01T00:00:00", "0001-01-01T00:00:00Z", [], [[]], {}, {"": None}, [None] * 50, {"a": {"b": ["c"]}},
]  # fmt: skip
TOKENS = [
    b"NaN", b"-Infinity", b"1e999", b"null", b"{", b"}", b"[" * 2000, b'"', b"\\", b"\\u0000", b"\\ud800", b"\xff",
    b"\x00", b",", b":", b"9" * 5000, b"\n", b"\xef\xbb\xbf",
]  # fmt: skip


def mutated(rng):
    value = rng.choice(SEEDS)
    if value.startswith(b"{") and rng.random() < 0.5:
        value = mutated_json(value, rng)
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        value = mutated_bytes(value, rng)
    return value


def mutated_json(value, rng):
    found = json.loads(value)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place, key = random_place(found, rng)
        if place and rng.random() < 0.2:
            del place[key]
        else:
            place[key] = deepcopy(rng.choice(JUNK))
    return json.dumps(found, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def random_place(found, rng):
    place = found
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        if not keys:
            return {}, ""
        key = rng.choice(keys)
        if not (isinstance(place[key], dict | list) and place[key]) or rng.random() < 0.15:
            return place, key
        place = place[key]


def mutated_bytes(value, rng):
    start = rng.randrange(len(value) + 1)
    end = min(len(value), start + rng.choice((0, 1, 1, 8, 64)))
    kind = rng.randrange(5)
    if kind == 0:
        return value[:start]
    if kind == 1:
        return value[:start] + value[end:]
    if kind == 2:
        return value[:end] + value[start:]
    if kind == 3:
        return value[:start] + rng.choice(TOKENS) + value[end:]
    return value[:start] + rng.randbytes(end - start) + value[end:]


def counted(outcomes):
    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds.total() == len(outcomes) > 0
    assert set(kinds) <= {Request, Rejected, Skipped, Noted}
    assert kinds[Request] or not kinds[Noted]
    return kinds


def check(messages, chunk):
    ingest = IngestStep(options=OPTIONS, prices=None, flush_rows=100, flush_age_s=1, max_rows=1000, max_segments=50)
    source, expected, rows, letters, refused = Source("c", "t", 0), Counter(), 0, set(), set()
    for start in range(0, len(messages), chunk):
        records = list(enumerate(messages[start : start + chunk], start=start))
        for offset, value in records:
            kinds = counted(TopicDecoder().decode(value, OPTIONS))
            expected += kinds
            refused |= {offset} if kinds[Rejected] else set()
        ingest.feed(source, records, NOW_S)
        rows += sum(batch.rows for batch in ingest.take(NOW_S))
        letters |= {letter.offset for letter in ingest.take_dead_letters()}
    rows += sum(batch.rows for batch in ingest.take(NOW_S, everything=True))
    counts = ingest.counts
    repeated = expected[Request] - counts.accepted  # mutations of one call of one trace
    assert (counts.read, rows) == (len(messages), counts.accepted)
    assert 0 <= repeated <= counts.skipped["repeated_call"]
    assert counts.skipped.total() == expected[Skipped] + repeated
    assert counts.rejected.total() == expected[Rejected]
    assert letters == refused
    assert counts.noted.total() == expected[Noted]
    assert all(len(reason) < 60 for reason in [*counts.rejected, *counts.noted])
    return counts


def test_mutated_messages_are_all_accounted_for():
    rng = random.Random(20260701)
    counts = check([mutated(rng) for _ in range(2000)], chunk=50)
    assert counts.accepted > 200
    assert counts.rejected.total() > 200


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_thousand_mutated_messages_are_all_accounted_for_in_bounded_time():
    rng = random.Random(19900714)
    slowest = 0.0
    for _ in range(20):
        messages = [mutated(rng) for _ in range(5000)]
        started = time.perf_counter()
        check(messages, chunk=500)
        slowest = max(slowest, time.perf_counter() - started)
    assert slowest < 30
